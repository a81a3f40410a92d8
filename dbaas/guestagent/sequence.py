"""Numbers that only ever rise, across restarts of the agent and steps of the clock too."""

import threading
import time
from pathlib import Path

from dbaas.guestagent.files import read, write

_BLOCK = 600_000


class Sequence:
    """Milliseconds since 1970, or one more than the last number if that is higher.

    A ceiling is kept in a file, so that not every number costs a write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._last = self._ceiling = int(read(path) or "0")

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)
            if self._last > self._ceiling:
                self._ceiling = self._last + _BLOCK
                write(self._path, str(self._ceiling))
            return self._last

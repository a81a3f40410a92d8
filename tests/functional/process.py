"""Processes of ours: started, killed, and always ended."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.functional.waiting import until

_BIN = Path(sys.executable).parent


def command(name: str) -> str:
    """The path of one of the commands that this environment has installed."""
    return str(_BIN / name)


class Process:
    """A command whose output goes to the end of a file."""

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        with log.open("a") as file:
            self._popen = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=folder,
                env=environment,
            )
        self.pid = self._popen.pid

    @property
    def ended(self) -> int | None:
        """Its return code; None while it lives."""
        return self._popen.poll()

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()

    def wait_for_death(self) -> None:
        """Return when it was killed with SIGKILL; anything else is an error."""
        code = until(lambda: self.ended, f"the death of {self._popen.args!r}; {self.said()}")
        assert code == -signal.SIGKILL, self.said()

    def terminate(self) -> None:
        """Ask it to end, and don't wait."""
        self._popen.terminate()

    def stop(self) -> None:
        """The orderly way."""
        if self.ended is None:
            self._popen.terminate()
            try:
                self._popen.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def text(self) -> str:
        """All that it said."""
        return self.log.read_text(errors="replace")

    def said(self, lines: int = 30) -> str:
        """The end of it."""
        return "\n".join(self.text().splitlines()[-lines:])

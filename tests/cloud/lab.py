"""Parts of the lab that go away for a while."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DAEMON = Path(__file__).parents[1] / "lab" / "daemon"


@contextmanager
def stopped(name: str) -> Iterator[None]:
    """A daemon of the lab is away within the block."""
    _tell("stop", name)
    try:
        yield
    finally:
        _tell("start", name)


def _tell(*words: str) -> None:
    done = subprocess.run([str(_DAEMON), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

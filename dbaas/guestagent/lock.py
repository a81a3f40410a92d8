"""One agent process per node: it holds a lock on its pid file while it lives."""

import fcntl
import os
from pathlib import Path


class Held(Exception):
    """Another process serves this node."""


def hold(path: Path) -> int:
    """Lock the file for the rest of this process's life and write its pid there."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Held(f"another agent holds {path}") from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def holder(path: Path) -> int | None:
    """The pid of the process that holds the lock, None when nobody does."""
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
    except FileNotFoundError:
        pass
    return None

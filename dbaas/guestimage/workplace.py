"""The folder of a build: in memory where there is enough of it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbaas.guestimage.errors import BuildError
from dbaas.guestimage.run import run

_GIB = 1 << 30
_NEEDED = 4 * _GIB
"""Bytes a build writes at the most, apart from the image itself."""


@contextmanager
def workplace(output: Path) -> Iterator[Path]:
    """An empty folder beside the output. What a build that was killed left there is removed."""
    folder = output.with_name(output.name + ".work")
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BuildError(f"another build of {output} is under way") from None
    _empty(folder)
    try:
        if _available_memory() > _NEEDED + _GIB:
            run("mount", "-t", "tmpfs", "-o", f"size={_NEEDED},mode=700", "tmpfs", folder)
        yield folder
    finally:
        _unmount_all(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _unmount_all(folder: Path) -> None:
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in reversed(mounted):
        if Path(path).is_relative_to(folder):
            run("umount", "--lazy", path)


def _available_memory() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0

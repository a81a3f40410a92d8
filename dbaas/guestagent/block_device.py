"""The block device of a data volume: what is on it, and how it gets a file system.

A label says how far it got: `_MAKING` comes with the file system, `_READY` once that is whole. So
a try that was cut short is known for one, and done again; a device with anything else on it is
never touched.
"""

import json
import os
import re
import stat
import threading
import time
from pathlib import Path

from dbaas.guestagent.commands import run
from dbaas.guestagent.errors import GuestError, Stopping

_READY, _MAKING = "dbaas-data", "dbaas-making"
_EPHEMERAL = "ephemeral0"
"""Nova's label of a flavor's ephemeral disk."""
_PATIENCE, _LOOK = 60, 0.2
_EDGE = 1 << 20
_ROUNDING = 128 << 20
"""Bytes at the end that may be too few for one more group of blocks."""
_RESERVED_INODES = 11


class BlockDevice:
    def __init__(self, path: str, stopping: threading.Event) -> None:
        self.path = Path(path)
        self._stopping = stopping

    @property
    def number(self) -> int | None:
        """Its device number; None while it is not attached."""
        try:
            seen = self.path.stat()
        except FileNotFoundError:
            return None
        return seen.st_rdev if stat.S_ISBLK(seen.st_mode) else None

    def wait(self, size: int = 0) -> None:
        """Return once it is there, with at least `size` bytes."""
        deadline = time.monotonic() + _PATIENCE
        while self.number is None or self._size() < size:
            if time.monotonic() > deadline:
                raise GuestError(
                    f"the data volume {self.path} is not attached"
                    if self.number is None
                    else f"the data volume {self.path} has {self._size()} bytes, not {size}"
                )
            if self._stopping.wait(_LOOK):
                raise Stopping

    def ensure_formatted(self) -> None:
        """It holds our file system. Raises GuestError where it holds anything else."""
        label = self._label()
        if label == _READY:
            return
        if label not in (None, _MAKING) and not self._is_unused_ephemeral(label):
            raise GuestError(
                f"the data volume {self.path} is not empty, and not a database's: it holds {label}"
            )
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", "-L", _MAKING, self.path)
        run("e2label", self.path, _READY)

    def grow(self) -> None:
        """Its mounted file system fills it."""
        run("resize2fs", self.path)
        facts = self._facts()
        system = facts["Block count"] * facts["Block size"]
        if not 0 <= self._size() - system < _ROUNDING:
            raise GuestError(
                f"the file system has {system} bytes, but {self.path} has {self._size()}"
            )

    def _size(self) -> int:
        with self.path.open("rb") as device:
            return device.seek(0, os.SEEK_END)

    def _label(self) -> str | None:
        """The label of the ext4 that is all it holds, the kind of anything else, or None."""
        self._read_edges()
        said = run("wipefs", "--no-act", "--json", self.path)
        found = json.loads(said)["signatures"] if said.strip() else []
        if not found:
            return None
        kinds = sorted({each["type"] for each in found})
        return str(found[0]["label"] or "ext4") if kinds == ["ext4"] else " and ".join(kinds)

    def _read_edges(self) -> None:
        """wipefs takes what it cannot read for empty."""
        try:
            with self.path.open("rb") as device:
                device.read(_EDGE)
                device.seek(-min(_EDGE, self._size()), os.SEEK_END)
                device.read(_EDGE)
        except OSError as error:
            raise GuestError(f"the data volume {self.path} cannot be read: {error}") from error

    def _is_unused_ephemeral(self, label: str | None) -> bool:
        """Whether it is as Nova made it: nobody has put a file there."""
        if label != _EPHEMERAL:
            return False
        facts = self._facts()
        return facts["Inode count"] - facts["Free inodes"] == _RESERVED_INODES

    def _facts(self) -> dict[str, int]:
        said = run("dumpe2fs", "-h", self.path)
        return {name: int(value) for name, value in re.findall(r"(?m)^([\w ]+): +(\d+)$", said)}

"""Where the data lies: a Docker volume, a folder, or a folder that a block device is mounted on.

A volume can be released, so that its device may be detached or changed: it stays unmounted then,
whoever starts the agent or the database, until it is taken again.
"""

import os
import threading
from pathlib import Path

from oslo_config import cfg

from dbaas.guestagent import files
from dbaas.guestagent.block_device import BlockDevice
from dbaas.guestagent.commands import run
from dbaas.guestagent.errors import GuestError
from dbaas.guestagent.volume import used

_OPTIONS = "noatime,nodev,noexec,nosuid"
_SYSTEMD = Path("/run/systemd/system")
_GIB = 1 << 30


class DataVolume:
    def __init__(
        self, options: cfg.ConfigOpts.GroupAttr, state_dir: Path, stopping: threading.Event
    ) -> None:
        self._folder = Path(options.volume or "")
        self._device = BlockDevice(options.device, stopping) if options.device else None
        self._released = state_dir / "released"

    @property
    def is_device(self) -> bool:
        return self._device is not None

    @property
    def released(self) -> bool:
        return self._released.exists()

    def ensure_mounted(self) -> None:
        """Nothing may touch the data before this: it would lie on another disk."""
        if self._device is None or self._mounted:
            return
        if self.released:
            raise GuestError("the data volume is not in use now; it is being changed")
        self._device.wait()
        self._device.ensure_formatted()
        self._folder.mkdir(parents=True, exist_ok=True)
        _mount(self._device.path, self._folder)
        if not self._mounted:
            raise GuestError(f"{self._folder} is another volume's than {self._device.path}")

    def release(self) -> None:
        """Unmount it, for good. Nobody uses it any more."""
        files.write(self._released, "")
        if self._device is not None and self._mounted:
            _unmount(self._folder)

    def take(self) -> None:
        """Use it again."""
        self._released.unlink(missing_ok=True)
        self.ensure_mounted()

    def grow(self, size: int = 0) -> None:
        """The file system has all of the device.

        :param size: GiB that the device must have; it may take a moment until it shows
        """
        if self._device is not None:
            self.ensure_mounted()
            self._device.wait(size * _GIB)
            self._device.grow()

    def used(self) -> int | None:
        """Bytes in use; None where that cannot be seen."""
        return used(str(self._folder)) if self._device is None or self._mounted else None

    @property
    def _mounted(self) -> bool:
        assert self._device is not None
        number = self._device.number
        try:
            return number is not None and os.stat(self._folder).st_dev == number
        except FileNotFoundError:
            return False


def _mount(device: Path, folder: Path) -> None:
    run(*_outside(), "mount", "-o", _OPTIONS, device, folder)


def _unmount(folder: Path) -> None:
    run(*_outside(), "umount", folder)


def _outside() -> tuple[str, ...]:
    """By systemd where it runs: the agent sees the machine's mounts, and cannot make any.

    Not by systemd-mount: it refuses a folder whose unit it still remembers from the last time.
    """
    if not _SYSTEMD.is_dir():
        return ()
    return ("systemd-run", "--quiet", "--wait", "--pipe", "--collect")

"""The disk: one file system on the whole of it, whose boot sector starts the kernel.

Without a partition table nothing but the file system has to grow when a flavor's disk is larger.
"""

import uuid
from pathlib import Path

from dbaas.guestimage.run import run

# What the boot loader's driver cannot read is left out.
_FEATURES = "^64bit,^metadata_csum"
_BYTES_PER_INODE = 32768
_LOADER = "boot/extlinux"
_CONFIG = f"{_LOADER}/extlinux.conf"


class Disk:
    """:param size: GiB"""

    def __init__(self, folder: Path, size: int) -> None:
        self.root = folder / "root"
        self._raw = folder / "disk.raw"
        self._size = size
        self._uuid = str(uuid.uuid4())

    def make(self) -> None:
        """An empty file system at `root`."""
        with self._raw.open("wb") as file:
            file.truncate(self._size << 30)
        self.root.mkdir()
        run(
            *("mke2fs", "-q", "-F", "-t", "ext4", "-O", _FEATURES, "-m", "0", "-L", "root"),
            *("-i", str(_BYTES_PER_INODE), "-J", "size=32", "-E", "lazy_itable_init=0"),
            *("-U", self._uuid, self._raw),
        )
        run("mount", "-o", "loop,discard", self._raw, self.root)

    def make_bootable(self) -> None:
        config = self.root / _CONFIG
        config.write_text(config.read_text().replace("@UUID@", self._uuid))
        run("extlinux", "--install", self.root / _LOADER)

    def close(self) -> None:
        run("fstrim", self.root)
        run("umount", self.root)

    def write_to(self, output: Path) -> None:
        """A qcow2 at that path, whole or not at all."""
        draft = output.with_name(output.name + ".partial")
        draft.unlink(missing_ok=True)
        run(
            *("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", "-W", "-m", "4"),
            *("-o", "compression_type=zstd", self._raw, draft),
        )
        draft.replace(output)

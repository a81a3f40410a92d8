"""Block devices for tests: files behind the kernel's loop driver."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MIB = 1 << 20


class Loop:
    def __init__(self, file: Path, size: int) -> None:
        self.file = file
        self.resize(size, attached=False)
        self.path = run("losetup", "--find", "--show", str(file)).strip()

    def resize(self, size: int, attached: bool = True) -> None:
        os.truncate(os.open(self.file, os.O_RDWR | os.O_CREAT), size)
        if attached:
            run("losetup", "--set-capacity", self.path)

    def write(self, data: bytes) -> None:
        with open(self.path, "r+b") as device:
            device.write(data)

    @property
    def label(self) -> str:
        return run("e2label", self.path).strip()

    def detach(self) -> None:
        run("losetup", "--detach", self.path)


@contextmanager
def loop(folder: Path, size: int = 64 * MIB) -> Iterator[Loop]:
    """Skips the test where this machine gives nobody loop devices."""
    if os.geteuid() != 0:
        pytest.skip("only root may make block devices")
    try:
        made = Loop(folder / "device", size)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device can be had: {error.stderr}")
    try:
        yield made
    finally:
        made.detach()


def run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout

"""A file system is made on an empty device, and on nothing else. With real block devices."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbaas.guestagent import block_device
from dbaas.guestagent.block_device import BlockDevice
from dbaas.guestagent.errors import GuestError, Stopping
from tests.guestagent.loops import MIB, Loop, loop, run


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Loop]:
    with loop(tmp_path) as made:
        yield made


@pytest.fixture
def device(disk: Loop) -> BlockDevice:
    return BlockDevice(disk.path, threading.Event())


def _uuid(disk: Loop) -> str:
    return run("blkid", "-p", "-s", "UUID", "-o", "value", disk.path)


def test_an_empty_device_is_formatted_once(disk: Loop, device: BlockDevice) -> None:
    device.ensure_formatted()
    assert disk.label == "dbaas-data"
    made = _uuid(disk)
    device.ensure_formatted()
    assert _uuid(disk) == made


def test_a_try_that_was_cut_short_is_done_again(disk: Loop, device: BlockDevice) -> None:
    run("mkfs.ext4", "-q", "-L", "dbaas-making", disk.path)
    before = _uuid(disk)
    device.ensure_formatted()
    assert (disk.label, _uuid(disk) == before) == ("dbaas-data", False)


@pytest.mark.parametrize(
    "command",
    [
        ["mkfs.ext4", "-q"],
        ["mkfs.ext4", "-q", "-L", "precious"],
        ["mkswap"],
        ["sh", "-c", 'echo ",,L" | sfdisk -q "$0"'],
    ],
    ids=["ext4", "label", "swap", "partitions"],
)
def test_whatever_else_is_there_stays(disk: Loop, device: BlockDevice, command: list[str]) -> None:
    run(*command, disk.path)
    before = disk.file.read_bytes()
    with pytest.raises(GuestError, match="is not empty, and not a database's: it holds "):
        device.ensure_formatted()
    assert disk.file.read_bytes() == before


def test_an_ephemeral_disk_as_nova_made_it_is_taken(disk: Loop, device: BlockDevice) -> None:
    run("mkfs.ext4", "-q", "-L", "ephemeral0", disk.path)
    device.ensure_formatted()
    assert disk.label == "dbaas-data"


def test_an_ephemeral_disk_with_a_file_stays(
    disk: Loop, device: BlockDevice, tmp_path: Path
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "file").write_text("precious")
    run("mkfs.ext4", "-q", "-L", "ephemeral0", "-d", str(tmp_path / "content"), disk.path)
    with pytest.raises(GuestError, match="it holds ephemeral0"):
        device.ensure_formatted()
    assert disk.label == "ephemeral0"


def test_two_kinds_at_once_are_neither(disk: Loop, device: BlockDevice) -> None:
    """The remains of another file system could be what matters."""
    run("sh", "-c", 'echo ",,L" | sfdisk -q "$0"', disk.path)
    partitions = disk.file.read_bytes()[:512]
    run("mkfs.ext4", "-q", "-F", "-L", "dbaas-data", disk.path)
    disk.write(partitions)
    with pytest.raises(GuestError, match="it holds dos and ext4"):
        device.ensure_formatted()


def test_it_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_device, "_PATIENCE", 0.05)
    device = BlockDevice(str(tmp_path / "none"), threading.Event())
    with pytest.raises(GuestError, match="none is not attached"):
        device.wait()
    (tmp_path / "none").write_text("a file is no device")
    with pytest.raises(GuestError, match="none is not attached"):
        device.wait()


def test_waiting_ends_with_the_agent(tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Stopping):
        BlockDevice(str(tmp_path / "none"), stopping).wait()


def test_its_size_is_waited_for(
    disk: Loop, device: BlockDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_device, "_PATIENCE", 0.05)
    with pytest.raises(GuestError, match=f"has {64 * MIB} bytes, not {96 * MIB}"):
        device.wait(96 * MIB)
    disk.resize(96 * MIB)
    device.wait(96 * MIB)


def test_a_file_system_grows_with_its_device(disk: Loop, device: BlockDevice) -> None:
    """Unmounted here: to grow a mounted one is a right that not every root has."""
    device.ensure_formatted()
    disk.resize(512 * MIB)
    run("e2fsck", "-f", "-p", disk.path)
    device.grow()
    facts = device._facts()
    assert facts["Block count"] * facts["Block size"] == 512 * MIB


def test_growth_that_was_not_done_is_no_success(
    disk: Loop, device: BlockDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.ensure_formatted()
    disk.resize(512 * MIB)
    monkeypatch.setattr(
        block_device,
        "run",
        lambda *words: "" if words[0] == "resize2fs" else run(*map(str, words)),
    )
    with pytest.raises(GuestError, match="the file system has"):
        device.grow()

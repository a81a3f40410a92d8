"""Data lies on its device or nowhere. With real block devices and mounts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from oslo_config import cfg

from dbaas.guestagent import block_device
from dbaas.guestagent.data_volume import DataVolume
from dbaas.guestagent.errors import GuestError
from tests.guestagent.conftest import MakeNode
from tests.guestagent.loops import MIB, Loop, loop, run
from tests.guestagent.nodes import Report

Make = Callable[[], DataVolume]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def disk(tmp_path: Path, folder: Path) -> Iterator[Loop]:
    with loop(tmp_path, 512 * MIB) as made:
        yield made
        with suppress(CalledProcessError):
            run("umount", str(folder))


@pytest.fixture
def make(conf: cfg.ConfigOpts, disk: Loop, folder: Path, tmp_path: Path) -> Make:
    conf.set_override("volume", str(folder), "guest")
    conf.set_override("device", disk.path, "guest")
    return lambda: DataVolume(conf.guest, tmp_path, threading.Event())


def test_a_device_is_formatted_and_mounted_once(make: Make, folder: Path) -> None:
    make().ensure_mounted()
    assert folder.is_mount()
    (folder / "row").write_text("kept")
    make().ensure_mounted()
    assert (folder / "row").read_text() == "kept"
    assert Path("/proc/mounts").read_text().count(str(folder)) == 1


def test_after_a_boot_it_is_mounted_again(make: Make, folder: Path) -> None:
    make().ensure_mounted()
    (folder / "row").write_text("kept")
    run("umount", str(folder))
    make().ensure_mounted()
    assert (folder / "row").read_text() == "kept"


def test_another_device_there_is_not_taken_for_it(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    run("mount", "-t", "tmpfs", "tmpfs", str(folder))
    try:
        assert make().used() is None
        monkeypatch.setattr("dbaas.guestagent.data_volume._mount", lambda *_: None)
        with pytest.raises(GuestError, match="is another volume's than"):
            make().ensure_mounted()
    finally:
        run("umount", str(folder))


def test_released_it_stays_unmounted_until_it_is_taken(make: Make, folder: Path) -> None:
    make().ensure_mounted()
    (folder / "row").write_text("kept")
    for _ in "twice":
        make().release()
        assert not folder.is_mount()
    with pytest.raises(GuestError, match="is being changed"):
        make().ensure_mounted()
    for _ in "twice":
        make().take()
        assert (folder / "row").read_text() == "kept"


def test_it_grows(make: Make) -> None:
    make().ensure_mounted()
    make().grow()


def test_what_it_uses_is_seen_only_while_it_is_there(make: Make, folder: Path) -> None:
    folder.mkdir()
    (folder / "on-another-disk").write_bytes(b"x" * MIB)
    assert make().used() is None
    make().ensure_mounted()
    used = make().used()
    assert used is not None
    assert used < 100 * MIB


def test_without_its_volume_a_database_is_not_started(
    make_node: MakeNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_device, "_PATIENCE", 0.05)
    folder = tmp_path / "data"
    node = make_node(volume=str(folder), device=str(tmp_path / "none"))
    node.start()
    job = node.prepare()
    assert job["state"] == "failed"
    assert "none is not attached" in job["reason"]
    assert not folder.exists()
    assert node.docker.containers.list(all=True, filters={"name": node.name}) == []


def test_a_database_moves_with_its_volume(make_node: MakeNode, disk: Loop, folder: Path) -> None:
    """As for a change of size that its cloud makes only while the volume is detached."""
    node = make_node(volume=str(folder), device=disk.path, publish_address="127.87.99.4")
    node.start()
    job = node.prepare(users=[{"name": "bo", "password": "one"}])
    assert job["state"] == "succeeded", job
    for _ in "twice":
        assert node.job("release_volume")["state"] == "succeeded"
        assert not folder.is_mount()
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "SHUTDOWN")
    assert not folder.is_mount(), "who keeps the database up leaves the volume alone"
    node.stop()
    node.start()
    for _ in "twice":
        job = node.job("take_volume")
        assert job["state"] == "succeeded", job
    seq = node.call("ping")["seq"]
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "HEALTHY", seq)
    assert node.can_login("bo", "one")
    assert node.job("grow_volume")["state"] == "succeeded"


def test_docker_cannot_start_it_without_the_volume(
    make_node: MakeNode, disk: Loop, folder: Path
) -> None:
    """As after a boot: the engine is there before the agent has mounted anything."""
    node = make_node(volume=str(folder), device=disk.path)
    node.start()
    assert node.prepare(users=[{"name": "bo", "password": "one"}])["state"] == "succeeded"
    node.stop()
    node.container.stop()
    run("umount", str(folder))
    with pytest.raises(Exception, match="bind source path does not exist"):
        node.container.start()
    before = max(one["seq"] for one in node.broker.mailbox.of(node.id))
    node.start()
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "HEALTHY", before)
    assert folder.is_mount()
    assert node.can_login("bo", "one")


def test_the_limits_follow_the_machine(
    make_node: MakeNode, disk: Loop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of the flavor the server boots, and its agent starts."""
    monkeypatch.setattr("dbaas.guestagent.memory.of_machine", lambda: 1024)
    node = make_node(volume=str(folder), device=disk.path, memory=0)
    node.start()
    assert node.prepare(users=[{"name": "bo", "password": "one"}])["state"] == "succeeded"
    assert node.container.attrs["HostConfig"]["Memory"] == 640 * MIB
    node.stop()
    monkeypatch.setattr("dbaas.guestagent.memory.of_machine", lambda: 4096)
    node.start()
    node.broker.mailbox.wait_for(node.id, _booted)
    assert node.container.attrs["HostConfig"]["Memory"] == 3456 * MIB
    assert node.can_login("bo", "one")


def _booted(report: Report) -> bool:
    states = [state for name, state in report["jobs"].items() if name.startswith("boot/")]
    return states == ["succeeded"]

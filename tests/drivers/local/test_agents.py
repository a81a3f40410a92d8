"""Agent processes."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbaas.drivers.local.agents import AgentProcesses
from dbaas.guestagent.lock import hold, holder
from tests.fakes.edge import PATIENCE


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "server"
    folder.mkdir()
    file = folder / "guest.conf"
    file.write_text(
        "[DEFAULT]\ntransport_url = fake://\n"
        "[guest]\nnode_id = node-1\ndatastore = mysql\nrepository = mysql\n"
        f"container = dbaas-test-none\nvolume = dbaas-test-none\nstate_dir = {folder}/state\n"
    )
    yield file
    if pid := holder(folder / "agent.pid"):
        os.kill(pid, signal.SIGKILL)


def _pid(config: Path, other_than: int | None = None) -> int:
    """Of the agent that holds the lock, once there is one: a process tells it in no other way."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        pid = holder(config.parent / "agent.pid")
        if pid not in (None, other_than):
            return pid
        threading.Event().wait(0.05)
    raise TimeoutError((config.parent / "agent.log").read_text())


def test_agent_runs_once_is_kept_and_ends(config: Path) -> None:
    agents = AgentProcesses()
    agents.ensure("server", config)
    pid = _pid(config)
    agents.ensure("server", config)
    AgentProcesses().ensure("server", config)
    assert _pid(config) == pid

    os.kill(pid, signal.SIGKILL)
    assert _pid(config, other_than=pid)

    config.unlink()
    for _ in range(2):
        agents.ensure_none("server", config)
        assert holder(config.parent / "agent.pid") is None


def test_lock_is_held_once(tmp_path: Path) -> None:
    file = tmp_path / "agent.pid"
    assert holder(file) is None
    handle = hold(file)
    assert holder(file) == os.getpid()
    os.close(handle)
    assert holder(file) is None

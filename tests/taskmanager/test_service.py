"""The whole task manager over the broker."""

import subprocess
import sys
from collections.abc import Iterator

import oslo_messaging
import pytest
from oslo_config import cfg
from oslo_messaging import exceptions

from dbaas.db.models import Network
from dbaas.drivers import CloudError, CloudNetwork
from dbaas.rpc.taskmanager import TaskManagerClient
from dbaas.secrets import Vault
from dbaas.taskmanager import claims
from dbaas.taskmanager.service import TaskManager
from tests.taskmanager.world import World


@pytest.fixture
def client(
    world: World, transport: oslo_messaging.Transport, vault: Vault
) -> Iterator[TaskManagerClient]:
    """Of a task manager that runs, and never looks by itself again."""
    world.conf.set_override("poll_interval", 3600.0, group="taskmanager")
    client = TaskManagerClient(transport)
    world.guests._send = client.report
    manager = TaskManager(
        world.conf, world.database, transport, world.cloud.as_cloud(), vault, name="tm-1"
    )
    manager.free_leases()
    manager.start()
    yield client
    manager.stop()


def test_create_by_hint_and_reports_alone(world: World, client: TaskManagerClient) -> None:
    made = world.order()
    client.hint()
    world.until(lambda: world.instance(made).status == "ACTIVE", hurry=False)
    assert world.cloud.calls.count("flavors") == 1, "the catalogue is copied at the start"


def test_it_looks_at_the_cloud_again_when_asked(world: World, client: TaskManagerClient) -> None:
    world.cloud.known_networks.append(CloudNetwork("new", "new", filters_ports=True))
    client.look_again()
    assert world.database.read(lambda s: s.get_one(Network, "new")).present


def test_a_cloud_that_is_away_is_told(world: World, client: TaskManagerClient) -> None:
    client.look_again()
    world.cloud.fail("networks", CloudError("away"))
    with pytest.raises(exceptions.MessageDeliveryFailure):
        client.look_again()


def test_wrong_reports_do_no_harm(world: World, client: TaskManagerClient) -> None:
    made = world.order()
    node_id = world.node(made).id
    client.report(node_id, {"seq": "one"})
    client.report("nowhere", {"seq": 1, "status": "HEALTHY"})
    client.report(node_id, {"seq": 1, "status": "SHUTDOWN"})
    world.until(lambda: world.instance(made).status == "ACTIVE", hurry=False)


def test_killed_managers_work_is_taken_up_by_one_that_is_alone(
    world: World, transport: oslo_messaging.Transport, vault: Vault
) -> None:
    made = world.order()
    operation_id = world.operation(made).id
    world.database.write(lambda s: claims.claim(s, operation_id, 3600))
    manager = TaskManager(
        world.conf, world.database, transport, world.cloud.as_cloud(), vault, name="tm-2"
    )
    manager.free_leases()
    manager.start()
    try:
        world.until_status(made, "ACTIVE")
    finally:
        manager.stop()


def test_lease_must_outlast_the_calls(
    world: World, transport: oslo_messaging.Transport, vault: Vault
) -> None:
    world.conf.set_override("guest_call_timeout", 16, group="taskmanager")
    with pytest.raises(ValueError, match="four times"):
        TaskManager(
            world.conf, world.database, transport, world.cloud.as_cloud(), vault, name="tm"
        )


_STUCK = """
import threading
from unittest import mock
from dbaas import conf as dbaas_conf
from dbaas.taskmanager.claims import Claim
from dbaas.taskmanager.engine import Engine
conf = dbaas_conf.load(files=[])
conf.set_override("poll_interval", 0.05, group="taskmanager")
database = mock.Mock()
database.read.return_value = []
engine = Engine(database, mock.Mock(), conf)
engine._running[Claim("op-1", "token", "create_instance")] = BEGAN
engine.start()
done = threading.Event()
done.wait(WAIT)
print("alive")
"""


def _run_with_a_step_since(seconds: int, wait: float) -> "subprocess.CompletedProcess[str]":
    script = _STUCK.replace("BEGAN", f"__import__('time').monotonic() - {seconds}")
    return subprocess.run(
        [sys.executable, "-c", script.replace("WAIT", str(wait))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_process_ends_before_its_lease_does() -> None:
    """A worker that hangs must not wake up and work on beside its heir."""
    ended = _run_with_a_step_since(46, wait=20)
    assert (ended.returncode, ended.stdout) == (70, "")
    assert "op-1" in ended.stderr

    assert _run_with_a_step_since(40, wait=0.3).stdout == "alive\n"


def test_conf_of_the_service_is_the_default_one(conf: cfg.ConfigOpts) -> None:
    assert 4 * conf.taskmanager.guest_call_timeout <= conf.taskmanager.lease

"""Delete, until nothing is left."""

import pytest
from sqlalchemy import update

from dbaas.db.models import Instance, Outcome
from dbaas.drivers import CloudError
from dbaas.taskmanager.operations.delete_instance import DeleteInstance
from tests.taskmanager.world import World

NOTHING = {"instances": (0, 0), "ram": (0, 0), "volumes": (0, 0), "backups": (0, 0)}


def test_delete_leaves_nothing(world: World) -> None:
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)
    before = len(world.events(made))
    world.delete(made)
    world.until_status(made, "DELETED")

    assert world.cloud.left() == []
    assert world.quota() == NOTHING
    instance, node, operation = world.instance(made), world.node(made), world.operation(made)
    assert instance.deleted_at is not None
    assert (node.server_id, node.volume_id, node.port_id, node.floating_ip_id) == (None,) * 4
    assert (node.security_group_id, node.management_port_id) == (None, None)
    assert (node.private_address, node.public_address) == (None, None)
    assert node.database_status is None
    assert (operation.kind, operation.outcome) == ("delete_instance", Outcome.SUCCEEDED)
    assert operation.deadline_at is None
    assert world.events(made)[before:] == [
        ("start", "Deletion was accepted."),
        ("remove_server", "The server is gone."),
        ("remove_floating_ip", "The public address is given back."),
        ("remove_ports", "The network ports are gone."),
        ("remove_volume", "The volume is gone."),
        ("forget", "The instance is deleted."),
    ]


def test_second_delete_changes_nothing(world: World) -> None:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    gate = world.cloud.block("ensure_no_server")
    world.delete(made)
    gate.wait_until_entered()
    world.delete(made)
    gate.open()
    world.until_status(made, "DELETED")
    assert len(world.operations(made)) == 2


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("server", "remove_server"),
        ("floating_ip", "remove_floating_ip"),
        ("port", "remove_ports"),
        ("management_port", "remove_ports"),
        ("security_group", "remove_security_group"),
        ("volume", "remove_volume"),
    ],
)
def test_removal_is_tried_for_ever(world: World, kind: str, step: str) -> None:
    """A month of outage is some 40,000 attempts of a minute each."""
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)
    world.cloud.fail(f"ensure_no_{kind}", CloudError("the cloud is away"), times=3)
    world.delete(made)
    world.until(lambda: world.operation(made).error is not None, hurry=False)
    world.change_operation(made, attempts=40_000, error=None)
    world.until(lambda: world.operation(made).error is not None)
    live = world.operation(made)
    assert (live.error, live.finished_at) == (f"{step}: the cloud is away", None)
    assert ("volume", world.cloud_name(made)) in world.cloud.left()
    world.until_status(made, "DELETED")
    assert world.cloud.left() == []


def test_quota_and_fault_of_a_failed_instance_go_with_it(world: World) -> None:
    world.guests.job_faults["prepare"] = "the disk is full"
    world.new_engine()
    made = world.order()
    world.until_status(made, "ERROR")
    assert world.quota()["volumes"] == (0, 2)
    world.delete(made)
    world.until_status(made, "DELETED")
    assert world.quota() == NOTHING
    assert world.instance(made).fault_message is None


def test_flavor_that_changed_gives_back_what_was_claimed(world: World) -> None:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    world.execute(update(Instance).values(flavor_ram=512))
    world.delete(made)
    world.until_status(made, "DELETED")
    assert world.quota()["ram"] == (0, 0)


def test_every_step_is_lasting() -> None:
    assert all(DeleteInstance.is_lasting(name) for name in DeleteInstance.steps)


def test_what_takes_a_while_to_go_is_waited_for(world: World) -> None:
    made = world.active()
    world.cloud.lingering.update({"server": 3, "volume": 3})
    world.delete(made)
    world.until_status(made, "DELETED")
    assert world.cloud.left() == []
    calls = [call for call in world.cloud.calls if call.startswith("ensure_no_")]
    assert calls.count("ensure_no_server") == calls.count("ensure_no_volume") == 4
    assert calls.index("ensure_no_port") > 3, "the ports are the server's until it is gone"

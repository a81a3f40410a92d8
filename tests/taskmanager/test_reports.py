"""What agents report, and what silence means."""

from typing import Any

import pytest
from sqlalchemy import select

from dbaas.db import instances, inventory
from dbaas.db.clock import db_now
from dbaas.db.instances import Asker
from dbaas.db.models import Inventory, Node, Operation
from dbaas.taskmanager import reports
from tests.taskmanager.world import World

LOOK: dict[str, Any] = {
    "seq": 1,
    "databases": [{"name": "shop", "character_set": "utf8mb4", "collate": None}],
    "users": [{"name": "ann", "host": "%", "databases": ["shop"]}],
    "root_enabled": False,
}


def _report(world: World, made: str, **values: Any) -> bool:
    report = {"seq": 1, "status": "HEALTHY", **values}
    assert reports.is_report(report)
    node_id = world.node(made).id
    return world.database.write(lambda s: reports.store(s, node_id, report))


def _inventory(world: World, made: str) -> Inventory | None:
    node_id = world.node(made).id
    return world.database.read(lambda s: s.get(Inventory, node_id))


@pytest.mark.parametrize(
    "report",
    [
        {"seq": 1, "status": "HEALTHY"},
        {"seq": 2, "status": "ERROR", "version": None, "volume_used": None, "inventory": None},
        {"seq": 3, "status": "BUILD", "version": "8.4.6", "volume_used": 0, "inventory": LOOK},
        {"seq": 3, "status": "BUILD", "a newer agent's": "addition"},
    ],
    ids=str,
)
def test_reports(report: object) -> None:
    assert reports.is_report(report)


@pytest.mark.parametrize(
    "report",
    [
        None,
        [],
        "HEALTHY",
        {},
        {"seq": 1},
        {"status": "HEALTHY"},
        {"seq": "1", "status": "HEALTHY"},
        {"seq": True, "status": "HEALTHY"},
        {"seq": 1, "status": "PURPLE"},
        {"seq": 1, "status": ["HEALTHY"]},
        {"seq": 1, "status": "HEALTHY", "version": 8},
        {"seq": 1, "status": "HEALTHY", "version": "8" * 256},
        {"seq": 1, "status": "HEALTHY", "volume_used": -1},
        {"seq": 1, "status": "HEALTHY", "volume_used": "1"},
        {"seq": 1, "status": "HEALTHY", "inventory": []},
        {"seq": 1, "status": "HEALTHY", "inventory": {}},
        {"seq": 1, "status": "HEALTHY", "inventory": {**LOOK, "databases": ["shop"]}},
        {"seq": 1, "status": "HEALTHY", "inventory": {**LOOK, "users": [{"name": "ann"}]}},
        {"seq": 1, "status": "HEALTHY", "inventory": {**LOOK, "root_enabled": None}},
    ],
    ids=str,
)
def test_no_reports(report: object) -> None:
    assert not reports.is_report(report)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
@pytest.mark.parametrize("place", ["seq", "volume_used", "inventory"])
def test_numbers_that_no_column_holds_are_no_reports(place: str, number: int) -> None:
    value = {**LOOK, "seq": number} if place == "inventory" else number
    assert not reports.is_report({"seq": 1, "status": "HEALTHY", place: value})


def test_report_is_kept(world: World) -> None:
    made = world.order()
    _report(world, made, version="8.4.6", volume_used=12345, inventory=LOOK)
    node, look = world.node(made), _inventory(world, made)
    assert (node.database_status, node.database_version) == ("HEALTHY", "8.4.6")
    assert (node.volume_used, node.report_seq) == (12345, 1)
    recent = select(Node.id).where(Node.reported_at > db_now(-30), Node.reported_at <= db_now())
    assert world.database.read(lambda s: s.scalar(recent)) == node.id
    assert look is not None
    assert (look.databases, look.users, look.root_enabled) == (
        LOOK["databases"],
        LOOK["users"],
        False,
    )


def test_version_is_remembered_while_the_database_is_down(world: World) -> None:
    made = world.order()
    _report(world, made, version="8.4.6")
    _report(world, made, seq=2, status="SHUTDOWN", version=None)
    assert world.node(made).database_version == "8.4.6"


@pytest.mark.parametrize("seq", [5, 4])
def test_old_and_repeated_reports_are_dropped(world: World, seq: int) -> None:
    made = world.order()
    assert _report(world, made, seq=5, volume_used=5)
    assert not _report(world, made, seq=seq, status="SHUTDOWN", volume_used=1, inventory=LOOK)
    node = world.node(made)
    assert (node.database_status, node.volume_used, node.report_seq) == ("HEALTHY", 5, 5)
    assert _inventory(world, made) is None


def test_report_of_an_unknown_node_is_dropped(world: World) -> None:
    report = {"seq": 1, "status": "HEALTHY"}
    assert not world.database.write(lambda s: reports.store(s, "nowhere", report))


def test_late_report_of_a_node_that_is_to_go_is_dropped(world: World) -> None:
    """Its status would never be taken back, and its silence be told of after the delete."""
    made = world.order()
    world.database.write(lambda s: instances.delete(s, made, None, Asker()))
    _report(world, made)
    assert world.node(made).database_status is None


def test_newer_look_wins(world: World) -> None:
    made = world.order()
    node_id = world.node(made).id
    newer = {**LOOK, "seq": 7, "databases": [{"name": "newer"}]}
    world.database.write(lambda s: inventory.store(s, node_id, newer))
    _report(world, made, inventory={**LOOK, "seq": 6, "databases": [{"name": "older"}]})
    look = _inventory(world, made)
    assert look is not None
    assert (look.seq, look.databases) == (7, [{"name": "newer"}])
    _report(world, made, seq=2, inventory={**LOOK, "seq": 8, "root_enabled": True})
    look = _inventory(world, made)
    assert look is not None
    assert (look.seq, look.root_enabled) == (8, True)


def test_change_of_an_active_instance_is_told_once(world: World) -> None:
    made = world.order()
    _report(world, made, seq=1, status="BUILD")
    assert len(world.events(made)) == 1, "of a build in progress its steps tell"
    world.finish_create(made)
    _report(world, made, seq=2, status="HEALTHY")
    _report(world, made, seq=3, status="HEALTHY")
    _report(world, made, seq=4, status="ERROR")
    assert world.events(made)[1:] == [
        ("report", "The database is HEALTHY now."),
        ("report", "The database is ERROR now."),
    ]


def test_report_wakes_the_operation_that_waits_for_it(world: World) -> None:
    made = world.order()
    world.change_operation(made, wake_at=db_now(3600))
    assert _report(world, made)
    due = select(Operation.id).where(Operation.wake_at <= db_now(), Operation.nudges == 1)
    assert world.database.read(lambda s: s.scalar(due)) == world.operation(made).id


def test_report_of_an_idle_instance_wakes_nothing(world: World) -> None:
    made = world.order()
    world.finish_create(made)
    assert not _report(world, made)

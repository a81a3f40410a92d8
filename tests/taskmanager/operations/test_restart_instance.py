"""Restart of a database."""

from dbaas.db.models import Outcome
from tests.fakes.guests import UNKNOWN
from tests.taskmanager.world import World


def _active(world: World) -> str:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    return made


def test_restart(world: World) -> None:
    made = _active(world)
    before = len(world.events(made))
    world.restart(made)
    world.until_idle(made)
    operation = world.operation(made)
    assert (operation.kind, operation.outcome) == ("restart_instance", Outcome.SUCCEEDED)
    assert world.instance(made).status == "ACTIVE"
    assert world.guests.made[f"{operation.id}/restart"] == 1
    assert world.events(made)[before:] == [
        ("start", "A restart was accepted."),
        ("restart", "The database was restarted."),
        ("verify", "The database answers again."),
    ]
    assert world.quota()["instances"] == (1, 0)
    assert "ensure_attached" not in world.cloud.calls, "the cloud is not needed for that"


def test_lost_answer_restarts_once(world: World) -> None:
    made = _active(world)
    world.guests.lose_answer("restart", UNKNOWN, times=3)
    world.restart(made)
    world.until_idle(made)
    assert world.instance(made).status == "ACTIVE"
    assert world.guests.made[f"{world.operation(made).id}/restart"] == 1


def test_failed_restart_can_be_tried_again(world: World) -> None:
    made = _active(world)
    world.guests.job_faults["restart"] = "it does not come up"
    world.restart(made)
    world.until_idle(made)
    assert world.instance(made).status == "ERROR"
    assert world.instance(made).fault_message == "it does not come up"
    assert len(world.cloud.left()) == 5, "a restart that fails removes nothing"

    world.guests.job_faults.clear()
    world.restart(made)
    world.until_status(made, "ACTIVE")
    assert world.instance(made).fault_message is None


def test_restart_that_takes_too_long_fails(world: World) -> None:
    made = _active(world)
    world.guests.unhealthy = 10_000
    world.restart(made)
    world.until(lambda: world.operation(made).step == "verify", hurry=False)
    from dbaas.db.clock import db_now

    world.change_operation(made, deadline_at=db_now(-1))
    world.until_idle(made)
    assert "took too long" in (world.instance(made).fault_message or "")
    assert world.instance(made).status == "ERROR"
    world.delete(made)
    world.until_status(made, "DELETED")
    assert world.cloud.left() == []

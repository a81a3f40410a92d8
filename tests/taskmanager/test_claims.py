"""Leases, fencing and nudges, one transaction at a time."""

from collections.abc import Mapping
from typing import Any

import pytest
from oslo_config import cfg
from sqlalchemy import select

from dbaas.db import instances, operations
from dbaas.db.clock import db_now
from dbaas.db.instances import Asker
from dbaas.db.models import Instance, Operation, Outcome
from dbaas.db.states import IllegalTransition
from dbaas.taskmanager import claims
from dbaas.taskmanager.claims import Claim, LeaseLost
from dbaas.taskmanager.operations import OPERATIONS
from dbaas.taskmanager.outcomes import Done, Fail, Next, Retry, Wait
from dbaas.taskmanager.outcomes import Outcome as Answer
from dbaas.taskmanager.work import Task
from tests.taskmanager.world import World


def _claim(world: World, made: str, lease: float = 60) -> Claim | None:
    operation_id = world.operation(made).id
    return world.database.write(lambda s: claims.claim(s, operation_id, lease))


def _begin(world: World, claimed: Claim) -> Task | None:
    kind = OPERATIONS[claimed.kind]
    return world.database.write(lambda s: claims.begin_step(s, claimed, kind, world.conf))


def _begun(world: World, made: str) -> tuple[Claim, Task]:
    claimed = _claim(world, made)
    assert claimed is not None
    task = _begin(world, claimed)
    assert task is not None
    return claimed, task


def _settle(world: World, claimed: Claim, task: Task, outcome: Answer) -> bool:
    work = OPERATIONS[claimed.kind](world.tools)
    return world.database.write(lambda s: claims.settle(s, claimed, task, work, outcome))


def _due(world: World) -> list[str]:
    return list(world.database.read(lambda s: claims.due(s, 10)))


def _time_is(world: World, condition: Any) -> bool:
    return bool(world.database.read(lambda s: s.scalar(select(Operation.id).where(condition))))


def test_new_operation_is_due_and_claimed_by_one(world: World) -> None:
    made = world.order()
    assert _due(world) == [world.operation(made).id]
    claimed = _claim(world, made)
    assert claimed is not None
    assert claimed.kind == "create_instance"
    assert world.operation(made).lease_token == claimed.token
    assert _due(world) == []
    assert _claim(world, made) is None


def test_due_gives_the_longest_waiting_first(world: World) -> None:
    first, second, third = (world.order(name=name) for name in "abc")
    world.change_operation(first, wake_at=db_now(-10))
    world.change_operation(second, wake_at=db_now(-30))
    world.change_operation(third, wake_at=db_now(30))
    ids = [world.operation(made).id for made in (second, first)]
    assert _due(world) == ids
    assert world.database.read(lambda s: claims.due(s, 1)) == ids[:1]


def test_lease_lasts_as_long_as_was_said(world: World) -> None:
    made = world.order()
    _claim(world, made, lease=60)
    assert _time_is(world, Operation.lease_until > db_now(50))
    assert _time_is(world, Operation.lease_until < db_now(61))


def test_another_takes_over_when_the_lease_has_ended(world: World) -> None:
    made = world.order()
    first, task = _begun(world, made)
    world.end_leases()
    assert _due(world) == [first.operation_id]
    second = _claim(world, made)
    assert second is not None
    assert second.token != first.token
    with pytest.raises(LeaseLost):
        _begin(world, first)
    with pytest.raises(LeaseLost):
        _settle(world, first, task, Next("volume", "never told", node={"port_id": "never"}))
    assert world.node(made).port_id is None
    assert world.operation(made).lease_token == second.token
    assert len(world.events(made)) == 1


@pytest.mark.parametrize("outcome", [Next("x", "t"), Wait(1), Retry("r", 1), Done("t"), Fail("r")])
def test_fencing_refuses_every_outcome(world: World, outcome: Answer) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    world.change_operation(made, lease_token="somebody-else")
    before = _columns(world.operation(made)), _columns(world.instance(made))
    with pytest.raises(LeaseLost):
        _settle(world, claimed, task, outcome)
    assert (_columns(world.operation(made)), _columns(world.instance(made))) == before


def _columns(row: Operation | Instance) -> Mapping[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def test_begin_step_counts_renews_and_sets_the_deadline_once(
    world: World, conf: cfg.ConfigOpts
) -> None:
    conf.set_override("usage_timeout", 100)
    made = world.order()
    claimed = _claim(world, made, lease=5)
    assert claimed is not None
    task = _begin(world, claimed)
    assert task is not None
    assert (task.step, task.attempts, task.is_late) == ("image", 1, False)
    assert _time_is(world, Operation.lease_until > db_now(40))
    assert _time_is(world, Operation.deadline_at > db_now(90))
    deadline = world.operation(made).deadline_at
    again = _begin(world, claimed)
    assert again is not None
    assert again.attempts == 2
    assert world.operation(made).deadline_at == deadline


def test_task_that_is_late(world: World) -> None:
    made = world.order()
    world.change_operation(made, deadline_at=db_now(-0.1))
    _, task = _begun(world, made)
    assert task.is_late


def test_next_stores_all_in_one_and_keeps_the_lease(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert _settle(world, claimed, task, Next("volume", "A sentence.", node={"port_id": "p"}))
    operation = world.operation(made)
    assert (operation.step, operation.attempts) == ("volume", 0)
    assert operation.lease_token == claimed.token
    assert world.node(made).port_id == "p"
    assert world.events(made)[-1] == ("image", "A sentence.")


def test_wait_sleeps_and_frees_the_lease(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert not _settle(world, claimed, task, Wait(30))
    operation = world.operation(made)
    assert (operation.lease_token, operation.lease_until) == (None, None)
    assert (operation.step, operation.attempts) == ("image", 0)
    assert _time_is(world, Operation.wake_at > db_now(20))
    assert _due(world) == []


def test_retry_keeps_the_reason_and_the_count(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert not _settle(world, claimed, task, Retry("no luck", 30))
    operation = world.operation(made)
    assert (operation.error, operation.attempts, operation.lease_token) == ("no luck", 1, None)
    assert _due(world) == []


@pytest.mark.parametrize("outcome", [Wait(3600), Retry("r", 3600)])
def test_nudge_during_a_step_is_not_slept_over(world: World, outcome: Answer) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert world.database.write(lambda s: operations.nudge(s, made))
    assert _due(world) == [], "it is still leased"
    _settle(world, claimed, task, outcome)
    assert _due(world) == [claimed.operation_id]


def test_nudge_of_a_sleeper(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    _settle(world, claimed, task, Wait(3600))
    assert world.database.write(lambda s: operations.nudge(s, made))
    assert _due(world) == [claimed.operation_id]


def test_nudge_of_nothing(world: World) -> None:
    assert not world.database.write(lambda s: operations.nudge(s, "nowhere"))


def test_done_ends_all_at_once(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert not _settle(world, claimed, task, Done("Ready.", node={"database_version": "8"}))
    operation, instance = world.operation(made), world.instance(made)
    assert operation.outcome == Outcome.SUCCEEDED
    assert operation.finished_at is not None
    assert (operation.wake_at, operation.live_key, operation.secrets) == (None, None, None)
    assert (operation.lease_token, operation.lease_until) == (None, None)
    assert instance.status == "ACTIVE"
    assert world.node(made).database_version == "8"
    assert world.quota()["ram"] == (512, 0)
    assert _due(world) == []


def test_illegal_transition_stores_nothing(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    world.database.write(lambda s: setattr(s.get(Instance, made), "status", "SHUTDOWN"))
    with pytest.raises(IllegalTransition):
        _settle(world, claimed, task, Done("Ready."))
    assert world.operation(made).finished_at is None
    assert world.instance(made).built_at is None


def test_failure_of_an_operation_without_undo(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    _settle(world, claimed, task, Done("Ready."))
    world.restart(made)
    claimed, task = _begun(world, made)
    assert not _settle(world, claimed, task, Fail("it broke"))
    assert world.operation(made).outcome == Outcome.FAILED
    instance = world.instance(made)
    assert (instance.status, instance.fault_message) == ("ERROR", "it broke")


def test_failure_turns_back_first(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    assert _settle(world, claimed, task, Fail("it broke"))
    operation = world.operation(made)
    assert (operation.step, operation.memo) == ("remove_server", {"fault": "it broke"})
    assert operation.deadline_at is None
    assert world.instance(made).status == "BUILD"


def _delete(world: World, made: str) -> None:
    world.database.write(lambda s: instances.delete(s, made, None, Asker()))


def _assert_superseded(world: World, made: str) -> None:
    create, delete = world.operations(made)
    assert create.outcome == Outcome.SUPERSEDED
    assert (create.secrets, create.lease_token) == (None, None)
    assert (delete.kind, delete.finished_at) == ("delete_instance", None)
    assert (delete.request_id, delete.user_id) == ("req-1", "user-1")
    assert _due(world) == [delete.id]


def test_delete_supersedes_at_begin_step(world: World) -> None:
    made = world.order()
    claimed = _claim(world, made)
    assert claimed is not None
    _delete(world, made)
    assert _begin(world, claimed) is None
    _assert_superseded(world, made)


@pytest.mark.parametrize(
    "outcome",
    [Next("volume", "t", node={"port_id": "p"}), Wait(9), Retry("r", 9), Done("t"), Fail("r")],
)
def test_delete_supersedes_at_settle(world: World, outcome: Answer) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    _delete(world, made)
    assert not _settle(world, claimed, task, outcome)
    _assert_superseded(world, made)
    assert world.instance(made).status == "SHUTDOWN"


def test_delete_is_not_superseded_by_itself(world: World) -> None:
    made = world.order()
    _delete(world, made)
    _begin(world, _claimed(world, made))
    claimed, task = _begun(world, made)
    assert task.kind == "delete_instance"
    _delete(world, made)
    assert _settle(world, claimed, task, Next("remove_floating_ip", "Gone."))
    assert len(world.operations(made)) == 2


def _claimed(world: World, made: str) -> Claim:
    claimed = _claim(world, made)
    assert claimed is not None
    return claimed


def test_give_back_makes_it_due_at_once(world: World) -> None:
    made = world.order()
    claimed, task = _begun(world, made)
    _settle(world, claimed, task, Next("volume", "t"))
    world.database.write(lambda s: claims.give_back(s, claimed))
    assert _due(world) == [claimed.operation_id]
    assert _claim(world, made) is not None


def test_give_back_of_a_lost_lease_changes_nothing(world: World) -> None:
    made = world.order()
    lost = _claimed(world, made)
    world.end_leases()
    owner = _claimed(world, made)
    world.database.write(lambda s: claims.give_back(s, lost))
    assert world.operation(made).lease_token == owner.token


def test_free_all_frees_what_is_leased_and_wakes_nothing_else(world: World) -> None:
    leased, sleeping = world.order(name="a"), world.order(name="b")
    claimed = _claimed(world, leased)
    world.change_operation(sleeping, wake_at=db_now(3600))
    assert world.database.write(claims.free_all) == 1
    assert _due(world) == [claimed.operation_id]
    with pytest.raises(LeaseLost):
        _begin(world, claimed)


def test_operation_that_is_gone_is_a_lost_lease(world: World) -> None:
    with pytest.raises(LeaseLost):
        _begin(world, Claim("nowhere", "token", "create_instance"))

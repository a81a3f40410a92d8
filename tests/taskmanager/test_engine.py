"""How the engine deals with failures, deletes and time, on real operations."""

import functools
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from dbaas.db.clock import db_now
from dbaas.db.models import Operation, Outcome
from dbaas.drivers import CloudError
from dbaas.taskmanager.claims import Claim
from dbaas.taskmanager.engine import MAX_ATTEMPTS, Engine
from dbaas.taskmanager.operations.create_instance import CreateInstance
from dbaas.taskmanager.outcomes import Fail
from dbaas.taskmanager.outcomes import Outcome as Answer
from dbaas.taskmanager.work import Task
from tests.fakes.cloud import ALL_RESOURCES
from tests.fakes.edge import Gate
from tests.fakes.guests import UNKNOWN
from tests.taskmanager.world import World

NOTHING = {"instances": (0, 0), "ram": (0, 0), "volumes": (0, 0), "backups": (0, 0)}
FORWARD = [name for name in CreateInstance.steps if not CreateInstance.is_lasting(name)]

ONE_DATABASE_IS_ENOUGH = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""For long lists of steps that differ in what the engine does, but not in its statements."""

Body = Callable[[CreateInstance, Task], Answer]


@pytest.fixture
def change_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[Body], Body]], None]:
    """Wraps a step of creates into something that happens around it."""

    def change(name: str, wrap: Callable[[Body], Body]) -> None:
        step = vars(CreateInstance).get(name) or getattr(CreateInstance, name)
        monkeypatch.setattr(CreateInstance, name, functools.wraps(step)(wrap(step)))

    return change


ChangeStep = Callable[[str, Callable[[Body], Body]], None]


def test_the_steps_are_known() -> None:
    assert FORWARD == [
        "image",
        "security_group",
        "management_port",
        "port",
        "floating_ip",
        "volume",
        "server",
        "remove_failed_server",
        "agent",
        "prepare",
        "verify",
    ]


# Failures


@pytest.mark.parametrize("step", FORWARD)
def test_step_that_fails_leaves_nothing(world: World, change_step: ChangeStep, step: str) -> None:
    def fail_afterwards(body: Body) -> Body:
        def run(work: CreateInstance, task: Task) -> Answer:
            body(work, task)
            return Fail("the test wants it so")

        return run

    change_step(step, fail_afterwards)
    _fail_if_needed(world, step)
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)
    _assert_failed_and_deletable(world, made, "the test wants it so")


@ONE_DATABASE_IS_ENOUGH
@pytest.mark.parametrize("step", FORWARD)
def test_step_that_raises_too_often_leaves_nothing(
    world: World, change_step: ChangeStep, step: str
) -> None:
    def raise_afterwards(body: Body) -> Body:
        def run(work: CreateInstance, task: Task) -> Answer:
            body(work, task)
            raise CloudError("the cloud lost it")

        return run

    change_step(step, raise_afterwards)
    _fail_if_needed(world, step)
    world.new_engine()
    made = world.order(is_public=True)
    error = f"{step}: the cloud lost it"
    world.until(lambda: world.operation(made).error == error, hurry=step != "agent")
    world.change_operation(made, attempts=MAX_ATTEMPTS - 1)
    world.until_idle(made)
    reason = f"the step {step} failed {MAX_ATTEMPTS} times: the cloud lost it"
    _assert_failed_and_deletable(world, made, reason)


@pytest.mark.parametrize("step", FORWARD)
def test_create_that_takes_too_long_leaves_nothing(
    world: World, gated: "Callable[[str], Gate]", step: str
) -> None:
    gate = gated(step)
    _fail_if_needed(world, step)
    world.new_engine(kind=GatedEngine)
    made = world.order(is_public=True)
    world.until(lambda: _is_at(world, made, step))
    gate.wait_until_entered()
    world.change_operation(made, deadline_at=db_now(-1))
    gate.open()
    world.until_idle(made)
    reason = f"it took too long, and was stopped at the step {step}"
    if step == "agent":
        reason = "The guest agent never answered. The server runs."
    _assert_failed_and_deletable(world, made, reason)


def _assert_failed_and_deletable(world: World, made: str, reason: str) -> None:
    instance, operation = world.instance(made), world.operation(made)
    assert (instance.status, instance.fault_message) == ("ERROR", reason)
    assert instance.fault_at is not None
    assert (operation.outcome, operation.error) == (Outcome.FAILED, reason)
    assert operation.secrets is None
    assert world.cloud.left() == []
    assert world.quota()["instances"] == (0, 1), "it stays claimed until it is deleted"
    assert world.events(made)[-1][1] == f"It failed: {reason}"

    world.delete(made)
    world.until_status(made, "DELETED")
    assert world.quota() == NOTHING
    assert world.cloud.left() == []


def test_waiting_is_no_failed_attempt(world: World) -> None:
    """One error after many looks at something slow is the first error."""
    world.guests.is_silent = True
    world.cloud.not_ready["volume"] = 2 * MAX_ATTEMPTS
    world.new_engine()
    made = world.order()
    world.until(lambda: world.cloud.not_ready["volume"] == 0)
    world.cloud.fail("ensure_volume", CloudError("a hiccup"))
    world.until(lambda: world.operation(made).step == "agent" or world.instance(made).fault_at)
    assert world.instance(made).fault_message is None


@pytest.mark.parametrize("kind", ["create", "delete"])
def test_step_of_a_newer_release_waits_for_it(world: World, kind: str) -> None:
    """Old and new task managers run side by side while a cloud is upgraded."""
    made = world.order()
    if kind == "delete":
        world.new_engine()
        world.until_idle(made)
        world.stop_engines()
        world.delete(made)
    world.change_operation(made, step="tomorrow", attempts=10 * MAX_ATTEMPTS)
    world.new_engine()
    world.until(lambda: world.operation(made).error is not None)
    old = world.operation(made)
    assert (old.error, old.finished_at) == ("tomorrow: internal error (LookupError)", None)

    first = {"create": "image", "delete": "remove_server"}[kind]
    world.change_operation(made, step=first, wake_at=db_now())
    world.poke()
    world.until_idle(made)
    assert world.operation(made).outcome == Outcome.SUCCEEDED


def test_step_of_a_newer_release_keeps_the_deadline(world: World) -> None:
    made = world.order()
    world.change_operation(made, step="tomorrow", deadline_at=db_now(-1))
    world.new_engine()
    world.until_idle(made)
    assert world.instance(made).fault_message == (
        "it took too long, and was stopped at the step tomorrow"
    )


def test_internal_errors_stay_in_the_log(world: World) -> None:
    world.cloud.fail("ensure_port", ValueError("password=hunter2"))
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.operation(made).error == "port: internal error (ValueError)"


def test_a_guest_that_is_unreachable_is_asked_again(world: World) -> None:
    world.guests.fail("prepare", UNKNOWN)
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).status == "ACTIVE"
    assert "connection" in (world.operation(made).error or "")


# Deletes that arrive meanwhile


class GatedEngine(Engine):
    """It stands still between two steps, outside of any transaction."""

    gates: dict[str, Gate]

    def _run_step(self, claimed: Claim) -> bool:
        query = select(Operation.kind, Operation.step).where(Operation.id == claimed.operation_id)
        kind, step = self._db.read(lambda s: s.execute(query).one())
        if kind == CreateInstance.kind and (gate := self.gates.pop(step, None)):
            gate.pass_through()
        return super()._run_step(claimed)


@pytest.fixture
def gated() -> Iterator[Callable[[str], Gate]]:
    """Makes a gate before the beginning of a step of creates."""
    GatedEngine.gates = {}

    def gate_before(step: str) -> Gate:
        gate = Gate()
        GatedEngine.gates["start" if step == CreateInstance.first else step] = gate
        return gate

    yield gate_before
    GatedEngine.gates = {}


def _is_at(world: World, made: str, step: str) -> bool:
    now = world.operation(made).step
    return now == step or (now == "start" and step == CreateInstance.first)


def _fail_if_needed(world: World, step: str) -> None:
    """Steps that clean up are reached by a create that fails only, or whose server does."""
    if step == "remove_failed_server":
        world.cloud.bad_boots = 1
    if CreateInstance.is_lasting(step):
        world.guests.job_faults["prepare"] = "the test wants it so"


@pytest.mark.parametrize("step", CreateInstance.steps)
def test_delete_before_a_step(world: World, gated: Callable[[str], Gate], step: str) -> None:
    _fail_if_needed(world, step)
    gate = gated(step)
    world.new_engine(kind=GatedEngine)
    made = world.order(is_public=True)
    world.until(lambda: _is_at(world, made, step))
    gate.wait_until_entered()
    calls = list(world.cloud.calls)
    world.delete(made)
    gate.open()
    _assert_superseded(world, made)
    assert world.cloud.calls[len(calls)] == "ensure_no_server", "the step was not begun"


@ONE_DATABASE_IS_ENOUGH
@pytest.mark.parametrize("step", CreateInstance.steps)
def test_delete_before_the_effect_of_a_step(
    world: World, change_step: ChangeStep, step: str
) -> None:
    gate = Gate()

    def stand_still_first(body: Body) -> Body:
        def run(work: CreateInstance, task: Task) -> Answer:
            gate.pass_through()
            return body(work, task)

        return run

    change_step(step, stand_still_first)
    _delete_at(world, step, gate)


@pytest.mark.parametrize("step", CreateInstance.steps)
def test_delete_after_the_effect_of_a_step(
    world: World, change_step: ChangeStep, step: str
) -> None:
    gate = Gate()

    def stand_still_then(body: Body) -> Body:
        def run(work: CreateInstance, task: Task) -> Answer:
            answer = body(work, task)
            gate.pass_through()
            return answer

        return run

    change_step(step, stand_still_then)
    _delete_at(world, step, gate)


def _delete_at(world: World, step: str, gate: Gate) -> None:
    _fail_if_needed(world, step)
    world.new_engine()
    made = world.order(is_public=True)
    world.until(lambda: _is_at(world, made, step))
    gate.wait_until_entered()
    world.delete(made)
    gate.open()
    _assert_superseded(world, made)


def _assert_superseded(world: World, made: str) -> None:
    world.until_status(made, "DELETED")
    create, delete = world.operations(made)
    assert (create.kind, create.outcome) == ("create_instance", Outcome.SUPERSEDED)
    assert create.secrets is None
    assert (delete.kind, delete.outcome) == ("delete_instance", Outcome.SUCCEEDED)
    assert (delete.request_id, delete.user_id) == (create.request_id, create.user_id)
    assert world.cloud.left() == []
    assert world.quota() == NOTHING


def test_delete_before_anybody_began(world: World) -> None:
    made = world.order()
    world.delete(made)
    world.new_engine()
    _assert_superseded(world, made)


def test_delete_wakes_a_create_that_waits(world: World) -> None:
    world.guests.is_silent = True
    world.new_engine()
    made = world.order()
    world.until(lambda: world.operation(made).step == "agent")
    world.until(lambda: world.operation(made).lease_token is None, hurry=False)
    world.change_operation(made, wake_at=db_now(3600))
    world.delete(made)
    world.until(lambda: world.instance(made).status == "DELETED", hurry=False)


def test_delete_supersedes_a_restart(world: World) -> None:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    gate = world.guests.block("restart")
    world.restart(made)
    gate.wait_until_entered()
    world.delete(made)
    gate.open()
    world.until_status(made, "DELETED")
    assert [row.outcome for row in world.operations(made)] == [
        Outcome.SUCCEEDED,
        Outcome.SUPERSEDED,
        Outcome.SUCCEEDED,
    ]
    assert world.cloud.left() == []
    assert world.quota() == NOTHING


# Many at once


def test_two_engines_do_everything_once(world: World) -> None:
    for _ in range(2):
        world.new_engine(workers=4)
    orders = [world.order(name=f"db-{number}", is_public=True) for number in range(30)]
    world.until_all_active(hurry=False)
    for made in orders:
        name = world.cloud_name(made)
        assert world.cloud.count(name) == dict.fromkeys(ALL_RESOURCES, 1)
        assert len(world.events(made)) == 9
    for call in ("ensure_port", "ensure_floating_ip", "ensure_volume", "ensure_server"):
        assert world.cloud.calls.count(call) == 30
    assert set(world.guests.made.values()) == {1}
    assert world.quota()["instances"] == (30, 0)


def test_waiting_holds_no_thread(world: World) -> None:
    world.guests.is_silent = True
    world.new_engine(workers=2)
    orders = [world.order(name=f"db-{number}") for number in range(6)]
    world.until(lambda: all(world.operation(made).step == "agent" for made in orders), hurry=False)
    for made in orders:
        world.guests.report(world.node(made).id, "BUILD")
    world.until_all_active()


def test_lost_hint_costs_one_poll(world: World) -> None:
    world.conf.set_override("poll_interval", 0.05, group="taskmanager")
    engine = world.new_engine()
    world.engines.clear()  # nobody pokes it any more
    try:
        made = world.order()
        world.until(lambda: world.instance(made).status == "ACTIVE", hurry=False)
    finally:
        engine.stop()


def test_a_wait_shorter_than_the_poll_is_kept(world: World) -> None:
    """Nothing but the engine's own memory of the wait brings it back before the next poll."""
    world.conf.set_override("poll_interval", 3600.0, group="taskmanager")
    world.cloud.fail("ensure_port", CloudError("away"))
    world.new_engine()
    made = world.order()
    world.until(lambda: world.operation(made).finished_at is not None, hurry=False)
    assert world.instance(made).status == "ACTIVE"


# Starting, stopping, breaking


def test_stop_gives_the_operation_back(world: World) -> None:
    gate = world.cloud.block("ensure_port")
    engine = world.new_engine()
    made = world.order()
    gate.wait_until_entered()
    stopping = threading.Thread(target=engine.stop)
    stopping.start()
    assert engine._stopping.wait(20)
    gate.open()
    stopping.join(20)
    world.engines.clear()
    left = world.operation(made)
    assert left.step == "volume", "the step under way was ended and stored"
    assert (left.lease_token, left.lease_until) == (None, None)
    world.new_engine()
    world.until_status(made, "ACTIVE")
    assert world.cloud.calls.count("ensure_port") == 1


def test_engine_outlives_a_database_that_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()
    engine = world.new_engine()
    read = engine._db.read

    def fail_once(work: Callable[..., object]) -> object:
        if not failed.is_set():
            failed.set()
            raise ConnectionError("the database is away")
        return read(work)

    monkeypatch.setattr(engine._db, "read", fail_once)
    made = world.order()
    assert failed.wait(20)
    world.poke()
    world.until_status(made, "ACTIVE")


def test_step_that_cannot_be_stored_is_taken_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = threading.Event()
    engine = world.new_engine()
    write = engine._db.write

    def fail_once(work: Callable[..., object]) -> object:
        if world.cloud.made and not broken.is_set():
            broken.set()
            raise ConnectionError("the database is away")
        return write(work)

    monkeypatch.setattr(engine._db, "write", fail_once)
    made = world.order()
    assert broken.wait(20)
    world.end_leases()
    world.until_status(made, "ACTIVE")
    assert world.cloud.count(world.cloud_name(made))["port"] == 1


def test_lost_lease_stores_nothing(world: World) -> None:
    gate = world.cloud.block("ensure_port")
    world.new_engine()
    made = world.order()
    gate.wait_until_entered()
    world.change_operation(made, lease_token="somebody-else")
    before = world.events(made)
    gate.open()
    world.stop_engines()
    assert world.events(made) == before
    assert world.node(made).port_id is None
    assert world.operation(made).lease_token == "somebody-else"

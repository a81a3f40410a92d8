"""A task manager dies at every moment of an operation, and another one goes on."""

import itertools
from collections.abc import Callable

import pytest

from dbaas.db.models import Outcome
from dbaas.drivers import CloudRefused
from tests.fakes.cloud import ALL_RESOURCES
from tests.taskmanager.world import Life, MortalDatabase, World

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

Prepare = Callable[[World], str]
Check = Callable[[World, str], None]


def _kill_everywhere(world: World, prepare: Prepare, check: Check) -> int:
    """Run `prepare`'s operation once for each moment at which the power could go.

    The moments are: after each transaction that writes (the claim, the beginning and the end of
    a step), and after each call of the cloud or a guest. Nobody works while `prepare` runs.
    """
    for moments in itertools.count():
        made = prepare(world)
        died = _kill_at(world, made, moments)
        check(world, made)
        if not died:
            return moments
    raise AssertionError("unreachable")


def _kill_at(world: World, made: str, moments: int) -> bool:
    """False if the operation was over before."""
    life = Life(moments, world.commits.announce)
    world.life = life
    engine = world.start_engine(MortalDatabase(world.database, life), workers=2)
    world.poke()
    world.until(lambda: life.over.is_set() or _is_over(world, made))
    world.life = None
    engine.stop()
    world.engines.remove(engine)
    if life.over.is_set():
        world.end_leases()
        world.start_engine(world.database, workers=2)
        world.until_idle(made)
        world.stop_engines()
    return life.over.is_set()


def _is_over(world: World, made: str) -> bool:
    return world.operation(made).finished_at is not None


def test_create_survives_a_kill_at_every_moment(world: World) -> None:
    def check(world: World, made: str) -> None:
        assert world.instance(made).status == "ACTIVE"
        resources = world.cloud.count(world.cloud_name(made))
        assert resources == dict.fromkeys(ALL_RESOURCES, 1)
        assert world.guests.made[f"{world.operation(made).id}/prepare"] == 1
        assert len(world.events(made)) == 9, "no step told twice what it did"

    moments = _kill_everywhere(world, lambda world: world.order(is_public=True), check)
    assert moments >= 8 * 3
    assert world.quota()["instances"] == (moments + 1, 0)


def test_failed_create_survives_a_kill_at_every_moment(world: World) -> None:
    world.cloud.faults["server"] = "no host"

    def prepare(world: World) -> str:
        made = world.order_with_resources("port", "volume", "floating_ip")
        world.change_operation(made, step="server", memo={"failed_boots": 1})
        return made

    def check(world: World, made: str) -> None:
        assert world.instance(made).status == "ERROR"
        assert world.instance(made).fault_message == "The server could not be started: no host"
        assert world.operation(made).outcome == Outcome.FAILED
        assert world.cloud.left() == []

    moments = _kill_everywhere(world, prepare, check)
    assert moments >= 6 * 3
    assert world.quota()["instances"] == (0, moments + 1)


def test_delete_survives_a_kill_at_every_moment(world: World) -> None:
    def prepare(world: World) -> str:
        made = world.order_with_resources("port", "volume", "floating_ip", "server")
        world.finish_create(made)
        world.delete(made)
        return made

    def check(world: World, made: str) -> None:
        assert world.instance(made).status == "DELETED"
        assert world.cloud.left() == []
        assert set(world.quota().values()) == {(0, 0)}

    assert _kill_everywhere(world, prepare, check) >= 5 * 3


def test_restart_survives_a_kill_at_every_moment(world: World) -> None:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    world.stop_engines()

    def prepare(world: World) -> str:
        world.restart(made)
        return made

    def check(world: World, made: str) -> None:
        assert world.instance(made).status == "ACTIVE"
        assert world.guests.made[f"{world.operation(made).id}/restart"] == 1

    _kill_everywhere(world, prepare, check)


def _ready(world: World) -> str:
    made = world.active()
    world.stop_engines()
    return made


def _assert_jobs_once(world: World, made: str, *steps: str) -> None:
    operation_id = world.operation(made).id
    made_here = {name: n for name, n in world.guests.made.items() if operation_id in name}
    assert made_here == {f"{operation_id}/{step}": 1 for step in steps}


@pytest.mark.parametrize("online", [True, False])
def test_resize_of_a_volume_survives_a_kill_at_every_moment(world: World, online: bool) -> None:
    world.cloud.grows_online = online
    made = _ready(world)

    def prepare(world: World) -> str:
        world.resize_volume(made, world.instance(made).volume_size + 1)
        return made

    def check(world: World, made: str) -> None:
        instance = world.instance(made)
        assert (instance.status, instance.fault_message) == ("ACTIVE", None)
        assert world.cloud.sizes[world.cloud_name(made)] == instance.volume_size
        assert world.quota()["volumes"] == (instance.volume_size, 0)
        assert world.cloud.detached == set()
        jobs = ("grow_volume",) if online else ("release_volume", "take_volume")
        _assert_jobs_once(world, made, *jobs)

    _kill_everywhere(world, prepare, check)


def test_failed_resize_of_a_volume_survives_a_kill_at_every_moment(world: World) -> None:
    world.cloud.grows_online = False
    world.cloud.faults["size"] = "no space"
    made = _ready(world)

    def prepare(world: World) -> str:
        world.resize_volume(made, 5)
        return made

    def check(world: World, made: str) -> None:
        instance = world.instance(made)
        assert (instance.status, instance.volume_size) == ("ACTIVE", 2)
        assert instance.fault_message == "The volume could not be grown: no space"
        assert world.quota()["volumes"] == (2, 0)
        assert world.cloud.detached == set()
        _assert_jobs_once(world, made, "release_volume", "take_volume_again")

    _kill_everywhere(world, prepare, check)


@pytest.mark.parametrize("fails", [False, True])
def test_resize_of_a_flavor_survives_a_kill_at_every_moment(world: World, fails: bool) -> None:
    made = _ready(world)
    if fails:
        world.cloud.faults["flavor 2"] = "no host"

    def prepare(world: World) -> str:
        world.resize_flavor(made, "1" if world.instance(made).flavor_id == "2" else "2")
        return made

    def check(world: World, made: str) -> None:
        instance = world.instance(made)
        assert instance.status == "ACTIVE"
        assert (instance.fault_message == "no host") is fails
        assert world.cloud.flavor_of.get(world.cloud_name(made), "1") == instance.flavor_id
        assert world.quota()["ram"] == (instance.flavor_ram, 0)
        last = "take_volume_again" if fails else "take_volume"
        _assert_jobs_once(world, made, "release_volume", last)

    moments = _kill_everywhere(world, prepare, check)
    resizes = 0 if fails else moments + 1
    assert world.cloud.reboots.total() == resizes, "each booted the server once"


@pytest.mark.parametrize("fails", [False, True])
def test_change_of_access_survives_a_kill_at_every_moment(world: World, fails: bool) -> None:
    made = _ready(world)

    def prepare(world: World) -> str:
        world.cloud.heal()
        if fails:
            world.cloud.fail("ensure_floating_ip", CloudRefused("no more"))
        world.update_access(made, not world.instance(made).is_public, ["192.0.2.0/24"])
        return made

    def check(world: World, made: str) -> None:
        instance, name = world.instance(made), world.cloud_name(made)
        assert instance.status == "ACTIVE"
        assert (instance.fault_message == "no more") is fails
        assert (("floating_ip", name) in world.cloud.left()) is instance.is_public
        assert world.cloud.allowed[name] == (["0.0.0.0/0"] if fails else ["192.0.2.0/24"])

    _kill_everywhere(world, prepare, check)


def test_nobody_takes_over_while_the_lease_holds(world: World) -> None:
    gate = world.cloud.block("ensure_port")
    world.new_engine()
    made = world.order()
    gate.wait_until_entered()
    heir = world.new_engine()
    heir._claim_due()
    assert heir._running == {}
    assert world.cloud.calls.count("ensure_port") == 1
    gate.open()
    world.until_status(made, "ACTIVE")


def test_frozen_engine_that_wakes_up_changes_nothing(world: World) -> None:
    gate = world.cloud.block("ensure_port")
    frozen = world.new_engine()
    made = world.order()
    gate.wait_until_entered()
    world.engines.remove(frozen)
    world.end_leases()
    world.new_engine()
    world.until_status(made, "ACTIVE")
    before = world.node(made).port_id, world.events(made), world.operation(made).attempts
    gate.open()
    frozen.stop()
    assert (world.node(made).port_id, world.events(made), world.operation(made).attempts) == before
    assert world.cloud.count(world.cloud_name(made))["port"] == 1

"""Another flavor, with the database stopped meanwhile."""

from dbaas.db.clock import db_now
from dbaas.db.models import Outcome
from dbaas.drivers import CloudError, CloudRefused, ServerLook
from tests.fakes.guests import UNKNOWN
from tests.taskmanager.world import World


def _resize(world: World, made: str, flavor: str = "2") -> list[tuple[str, str]]:
    """The events of it."""
    before = len(world.events(made))
    world.resize_flavor(made, flavor)
    assert world.instance(made).status == "RESIZE"
    world.until_idle(made)
    return world.events(made)[before:]


def _assert_as_before(world: World, made: str, fault: str) -> None:
    instance, operation = world.instance(made), world.operation(made)
    assert (instance.status, instance.flavor_id, instance.flavor_ram) == ("ACTIVE", "1", 512)
    assert instance.fault_message == fault
    assert (operation.outcome, operation.error) == (Outcome.FAILED, fault)
    assert world.quota()["ram"] == (512, 0)
    assert world.cloud.flavor_of.get(world.cloud_name(made), "1") == "1"


def test_larger_and_smaller(world: World) -> None:
    world.cloud.not_ready["flavor"] = 2
    made = world.active()
    assert _resize(world, made) == [
        ("start", "The flavor big was accepted."),
        ("release_volume", "The database is stopped."),
        ("flavor", "The server runs with the flavor big."),
        ("agent", "The guest agent on the server answers again."),
        ("take_volume", "The database is started."),
        ("verify", "The database answers with the new flavor."),
    ]
    instance = world.instance(made)
    assert (instance.status, instance.flavor_id, instance.flavor_ram) == ("ACTIVE", "2", 2048)
    assert world.quota()["ram"] == (2048, 0)
    assert world.cloud.reboots == {world.cloud_name(made): 1}

    _resize(world, made, "1")
    instance = world.instance(made)
    assert (instance.status, instance.flavor_id, instance.flavor_ram) == ("ACTIVE", "1", 512)
    assert world.quota()["ram"] == (512, 0)


def test_ram_is_claimed_for_as_long_as_it_takes(world: World) -> None:
    made = world.active()
    gate = world.cloud.block("ensure_flavor")
    world.resize_flavor(made, "2")
    gate.wait_until_entered()
    assert world.quota()["ram"] == (512, 1536)
    gate.open()
    world.until_idle(made)
    gate = world.cloud.block("ensure_flavor")
    world.resize_flavor(made, "1")
    gate.wait_until_entered()
    assert world.quota()["ram"] == (2048, 0), "nothing is given back before it is free"
    gate.open()
    world.until_idle(made)
    assert world.quota()["ram"] == (512, 0)


def test_it_waits_for_the_agent_of_the_new_boot(world: World) -> None:
    made = world.active()
    world.guests.is_silent = True
    world.resize_flavor(made, "2")
    world.until(lambda: world.operation(made).step == "agent")
    world.until(lambda: world.operation(made).lease_token is None, hurry=False)
    assert "take_volume" not in world.guests.calls
    world.guests.report(world.node(made).id, "SHUTDOWN")
    world.until_idle(made)
    assert world.instance(made).flavor_id == "2"


def test_no_host_for_it(world: World) -> None:
    world.cloud.faults["flavor 2"] = "No valid host was found."
    made = world.active()
    assert _resize(world, made)[-3:] == [
        ("take_volume_again", "The database is started."),
        ("verify_again", "The database answers again."),
        ("verify_again", "It failed: No valid host was found."),
    ]
    _assert_as_before(world, made, "No valid host was found.")
    assert world.cloud.reboots == {}


def test_server_that_does_not_come_back_gets_its_old_flavor(world: World) -> None:
    made = world.active()
    world.guests.is_silent = True
    world.cloud.looks = ServerLook("ACTIVE", ("Kernel panic",))
    world.resize_flavor(made, "2")
    world.until(lambda: world.operation(made).step == "agent")
    world.change_operation(made, deadline_at=db_now(-1))
    world.until_idle(made)
    _assert_as_before(
        world,
        made,
        "The guest agent never answered. The server runs, but did not finish booting. "
        "The last lines of its console:\nKernel panic",
    )
    assert world.cloud.reboots == {world.cloud_name(made): 2}


def test_database_is_started_with_whatever_flavor_there_is(world: World) -> None:
    """The fault of the first attempt is the instance's; the second's is an event."""
    made = world.active()
    world.guests.fail("take_volume", UNKNOWN)
    world.cloud.faults["flavor 1"] = "it is full"
    gate = world.guests.block("ping")
    world.resize_flavor(made, "2")
    gate.wait_until_entered()
    world.change_operation(made, deadline_at=db_now(-1))
    world.guests.unhealthy = 1
    gate.open()
    world.until_idle(made)
    instance = world.instance(made)
    assert (instance.status, instance.flavor_id) == ("ACTIVE", "1")
    assert ("restore_flavor", "The flavor could not be given back: it is full") in world.events(
        made
    )
    assert world.quota()["ram"] == (512, 0)


def test_refusal_in_the_undo_does_not_keep_the_database_down(world: World) -> None:
    made = world.active()
    world.cloud.fail("ensure_flavor", CloudRefused("no"), times=2)
    assert ("restore_flavor", "The flavor could not be given back: no") in _resize(world, made)
    _assert_as_before(world, made, "no")


def test_database_that_cannot_be_started_again_is_an_error(world: World) -> None:
    made = world.active()
    world.guests.job_faults["take_volume"] = "it does not come up"
    _resize(world, made)
    assert world.instance(made).status == "ERROR"
    assert world.quota()["ram"] == (512, 0)


def test_lost_answers_do_nothing_twice(world: World) -> None:
    made = world.active()
    world.cloud.lose_answer("ensure_flavor", CloudError("no answer"))
    for kind in ("release_volume", "take_volume"):
        world.guests.lose_answer(kind, UNKNOWN)
    _resize(world, made)
    assert world.instance(made).flavor_id == "2"
    assert set(world.guests.made.values()) == {1}
    assert world.cloud.reboots == {world.cloud_name(made): 1}


def test_delete_gives_back_what_was_claimed(world: World) -> None:
    made = world.active()
    gate = world.cloud.block("ensure_flavor")
    world.resize_flavor(made, "2")
    gate.wait_until_entered()
    world.delete(made)
    gate.open()
    world.until_status(made, "DELETED")
    assert set(world.quota().values()) == {(0, 0)}
    assert world.cloud.left() == []

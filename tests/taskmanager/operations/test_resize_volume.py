"""A larger volume, online and with the database stopped."""

from dbaas.db.clock import db_now
from dbaas.db.models import Outcome
from dbaas.drivers import CloudError, CloudRefused
from tests.fakes.guests import UNKNOWN
from tests.taskmanager.world import World


def _resize(world: World, made: str) -> list[tuple[str, str]]:
    """The events of a volume of 5 GiB."""
    before = len(world.events(made))
    world.resize_volume(made, 5)
    assert world.instance(made).status == "RESIZE"
    assert world.quota()["volumes"] == (2, 3)
    world.until_idle(made)
    return world.events(made)[before:]


def _assert_grown(world: World, made: str) -> None:
    instance = world.instance(made)
    assert (instance.status, instance.volume_size, instance.fault_message) == ("ACTIVE", 5, None)
    assert world.cloud.sizes == {world.cloud_name(made): 5}
    assert world.cloud.detached == set()
    assert world.quota()["volumes"] == (5, 0)


def _assert_as_before(world: World, made: str, fault: str) -> None:
    instance, operation = world.instance(made), world.operation(made)
    assert (instance.status, instance.volume_size) == ("ACTIVE", 2)
    assert instance.fault_message == fault
    assert (operation.outcome, operation.error) == (Outcome.FAILED, fault)
    assert world.cloud.detached == set()
    assert world.quota()["volumes"] == (2, 0)


def test_online(world: World) -> None:
    made = world.active()
    assert _resize(world, made) == [
        ("start", "A volume of 5 GiB was accepted."),
        ("grow_online", "The volume is grown."),
        ("grow_volume", "The file system has the new size."),
        ("verify", "The volume has 5 GiB."),
    ]
    _assert_grown(world, made)
    operation = world.operation(made).id
    assert world.guests.made[f"{operation}/grow_volume"] == 1
    assert world.guests.arguments[f"{operation}/grow_volume"] == {"size": 5}
    assert f"{operation}/release_volume" not in world.guests.made


def test_with_the_database_stopped(world: World) -> None:
    world.cloud.grows_online = False
    world.cloud.not_ready.update({"detached": 2, "size": 2, "attached": 2})
    made = world.active()
    assert _resize(world, made) == [
        ("start", "A volume of 5 GiB was accepted."),
        ("grow_online", "The database has to be stopped for it: it is attached"),
        ("release_volume", "The database is stopped."),
        ("grow_detached", "The volume is grown."),
        ("take_volume", "The database is started."),
        ("verify", "The volume has 5 GiB."),
    ]
    _assert_grown(world, made)
    jobs = [name.rpartition("/")[2] for name in world.guests.made]
    assert jobs == ["prepare", "release_volume", "take_volume"]
    calls = [call for call in world.cloud.calls if "tached" in call]
    assert calls == ["ensure_detached"] * 3 + ["ensure_attached"] * 3


def test_failure_before_the_database_was_touched(world: World) -> None:
    made = world.active()
    world.cloud.fail("ensure_size", CloudRefused("The quota of gigabytes is used up."))
    assert _resize(world, made)[-2:] == [
        ("turn_back", "The database went on as it was."),
        ("turn_back", "It failed: The quota of gigabytes is used up."),
    ]
    _assert_as_before(world, made, "The quota of gigabytes is used up.")
    assert "take_volume" not in world.guests.calls


def test_failure_with_the_database_stopped_starts_it_again(world: World) -> None:
    world.cloud.grows_online = False
    world.cloud.faults["size"] = "no space on the back end"
    world.cloud.not_ready["attached"] = 2
    made = world.active()
    assert _resize(world, made)[-3:] == [
        ("take_volume_again", "The database is started."),
        ("verify_again", "The database answers again."),
        ("verify_again", "It failed: The volume could not be grown: no space on the back end"),
    ]
    _assert_as_before(world, made, "The volume could not be grown: no space on the back end")


def test_database_that_cannot_be_started_again_is_an_error(world: World) -> None:
    world.cloud.grows_online = False
    world.guests.job_faults["take_volume"] = "it does not come up"
    made = world.active()
    _resize(world, made)
    instance = world.instance(made)
    assert (instance.status, instance.volume_size) == ("ERROR", 2)
    assert instance.fault_message == (
        "it does not come up; it could not be undone: it does not come up"
    )
    assert world.quota()["volumes"] == (2, 0)

    world.guests.job_faults.clear()
    world.cloud.detached.add(world.cloud_name(made))  # as if that had not been undone either
    world.cloud.not_ready["attached"] = 1
    world.restart(made)
    world.until_status(made, "ACTIVE")
    assert world.instance(made).fault_message is None
    assert world.cloud.detached == set()


def test_both_ways_have_their_time(world: World) -> None:
    world.cloud.grows_online = False
    world.cloud.not_ready["size"] = 10_000
    made = world.active()
    world.resize_volume(made, 5)
    world.until(lambda: world.operation(made).step == "grow_detached")
    world.change_operation(made, deadline_at=db_now(-1))
    world.until_idle(made)
    _assert_as_before(world, made, "it took too long, and was stopped at the step grow_detached")


def test_it_can_be_tried_again_after_a_failure(world: World) -> None:
    made = world.active()
    world.cloud.faults["size"] = "no space"
    _resize(world, made)
    del world.cloud.faults["size"]
    _resize(world, made)
    _assert_grown(world, made)


def test_lost_answers_do_nothing_twice(world: World) -> None:
    world.cloud.grows_online = False
    made = world.active()
    for call in ("ensure_detached", "ensure_size", "ensure_attached"):
        world.cloud.lose_answer(call, CloudError("no answer"))
    for kind in ("release_volume", "take_volume"):
        world.guests.lose_answer(kind, UNKNOWN)
    _resize(world, made)
    _assert_grown(world, made)
    assert set(world.guests.made.values()) == {1}


def test_delete_gives_back_what_was_claimed(world: World) -> None:
    made = world.active()
    gate = world.guests.block("grow_volume")
    world.resize_volume(made, 5)
    gate.wait_until_entered()
    world.delete(made)
    gate.open()
    world.until_status(made, "DELETED")
    assert set(world.quota().values()) == {(0, 0)}
    assert world.cloud.left() == []

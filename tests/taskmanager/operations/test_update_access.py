"""Who may reach an instance, changed while it runs."""

import pytest
from sqlalchemy.orm import Session

from dbaas.db import networks
from dbaas.db.models import Network
from dbaas.db.operations import Busy
from dbaas.drivers import CloudError, CloudRefused
from tests.taskmanager.world import World

NARROW = ["192.0.2.0/24"]


def _update(
    world: World, made: str, is_public: bool | None = None, cidrs: list[str] | None = None
) -> None:
    world.update_access(made, is_public, cidrs)
    assert world.instance(made).status == "ACTIVE"
    world.until_idle(made)


def _assert_access(world: World, made: str, is_public: bool, cidrs: list[str]) -> None:
    instance, node, name = world.instance(made), world.node(made), world.cloud_name(made)
    assert (instance.status, instance.is_public) == ("ACTIVE", is_public)
    assert instance.allowed_cidrs == cidrs
    assert world.cloud.allowed[name] == (cidrs or ["0.0.0.0/0"])
    assert (("floating_ip", name) in world.cloud.left()) is is_public
    assert node.public_address == ("203.0.113.7" if is_public else None)
    assert node.floating_ip_id == world.cloud.there.get(("floating_ip", name))


def test_one_thing_at_a_time(world: World) -> None:
    made = world.active()
    _assert_access(world, made, False, [])
    _update(world, made, is_public=True)
    _assert_access(world, made, True, [])
    _update(world, made, cidrs=NARROW)
    _assert_access(world, made, True, NARROW)
    _update(world, made, is_public=False)
    _assert_access(world, made, False, NARROW)
    _update(world, made, cidrs=[])
    _assert_access(world, made, False, [])


def test_events(world: World) -> None:
    made = world.active()
    before = len(world.events(made))
    _update(world, made, True, NARROW)
    _update(world, made, is_public=False)
    assert world.events(made)[before:] == [
        ("start", "A change of access was accepted."),
        ("floating_ip", "It has the public address 203.0.113.7."),
        ("start", "A change of access was accepted."),
        ("no_floating_ip", "Its access was changed; it has no public address."),
    ]


@pytest.mark.parametrize("is_public", [True, False])
def test_failure_leaves_what_was(world: World, is_public: bool) -> None:
    made = world.active(is_public=is_public, allowed_cidrs=NARROW)
    call = "ensure_no_floating_ip" if is_public else "ensure_floating_ip"
    world.cloud.fail(call, CloudRefused("no more of them"))
    _update(world, made, not is_public, ["198.51.100.0/24"])
    _assert_access(world, made, is_public, NARROW)
    assert world.instance(made).fault_message == "no more of them"

    _update(world, made, not is_public)
    _assert_access(world, made, not is_public, NARROW)
    assert world.instance(made).fault_message is None


def test_what_cannot_be_undone_is_an_error(world: World) -> None:
    made = world.active()
    world.cloud.fail("ensure_floating_ip", CloudRefused("no more of them"))
    world.cloud.fail("ensure_no_floating_ip", CloudRefused("it is locked"))
    world.update_access(made, True)
    world.until_status(made, "ERROR")
    assert world.instance(made).fault_message == (
        "no more of them; it could not be undone: it is locked"
    )


def test_lost_answers_make_nothing_twice(world: World) -> None:
    made = world.active()
    world.cloud.lose_answer("ensure_floating_ip", CloudError("no answer"))
    _update(world, made, True)
    _assert_access(world, made, True, [])
    assert world.cloud.count(world.cloud_name(made))["floating_ip"] == 1


def test_another_change_has_to_wait(world: World) -> None:
    made = world.active()
    gate = world.cloud.block("ensure_floating_ip")
    world.update_access(made, True)
    gate.wait_until_entered()
    with pytest.raises(Busy):
        world.update_access(made, cidrs=NARROW)
    with pytest.raises(Busy):
        world.resize_volume(made, 5)
    with pytest.raises(Busy):
        world.resize_flavor(made, "2")
    with pytest.raises(Busy):
        world.restart(made)
    gate.open()
    world.until_idle(made)
    assert world.instance(made).is_public


def test_what_the_network_cannot_give_is_refused(world: World) -> None:
    made = world.active()
    world.database.write(_forget_filters)
    with pytest.raises(networks.Invalid, match="cannot be enforced"):
        world.update_access(made, cidrs=NARROW)


def _forget_filters(session: Session) -> None:
    session.get_one(Network, "net-1").filters_ports = False

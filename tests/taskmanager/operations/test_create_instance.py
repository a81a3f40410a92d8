"""Create, from the accepted order to ACTIVE."""

import pytest
from sqlalchemy import update

from dbaas.db.clock import db_now
from dbaas.db.models import DatastoreVersion, Outcome
from dbaas.drivers import CloudError, CloudRefused, NotInCloud, ServerLook
from tests.fakes.cloud import ALL_RESOURCES
from tests.fakes.guests import REFUSED, UNKNOWN
from tests.taskmanager.world import CONTENT, World


def test_events_are_one_sentence_a_step_and_in_order(world: World) -> None:
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)

    assert world.events(made) == [
        ("start", "Creation was accepted."),
        ("management_port", "It has a port on the management network."),
        ("port", "It has the address 10.0.0.7."),
        ("floating_ip", "It has the public address 203.0.113.7."),
        ("volume", "The volume of 2 GiB is there."),
        ("server", "The server runs."),
        ("agent", "The guest agent on the server answers."),
        ("prepare", "The database is set up."),
        ("verify", "The database is ready to use."),
    ]


def test_all_rows_tell_what_was_made(world: World) -> None:
    world.new_engine()
    made = world.order(is_public=True)
    assert world.quota()["instances"] == (0, 1)
    world.until_idle(made)

    instance, node, operation = world.instance(made), world.node(made), world.operation(made)
    assert instance.status == "ACTIVE"
    assert instance.built_at is not None
    assert instance.fault_message is None
    name = f"dbaas-{node.id}"
    assert node.image_id == "image-1"
    assert node.security_group_id == world.cloud.there["security_group", name]
    assert node.management_port_id == world.cloud.there["management_port", name]
    assert node.management_address == "192.0.2.7"
    assert node.port_id == world.cloud.there["port", name]
    assert node.floating_ip_id == world.cloud.there["floating_ip", name]
    assert node.volume_id == world.cloud.there["volume", name]
    assert node.server_id == world.cloud.there["server", name]
    assert (node.private_address, node.public_address) == ("10.0.0.7", "203.0.113.7")
    assert (node.database_status, node.database_version) == ("HEALTHY", "8.4.6")
    assert operation.outcome == Outcome.SUCCEEDED
    assert (operation.secrets, operation.lease_token, operation.error) == (None, None, None)
    assert world.quota() == {
        "instances": (1, 0),
        "ram": (512, 0),
        "volumes": (2, 0),
        "backups": (0, 0),
    }


def test_guest_gets_the_wished_content_once(world: World) -> None:
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    job = f"{world.operation(made).id}/prepare"
    assert world.guests.arguments == {
        job: {**CONTENT, "version_number": "8.4.6", "volume_is_new": True}
    }
    assert world.guests.made == {job: 1}


def test_private_instance_gets_no_public_address(world: World) -> None:
    world.new_engine()
    made = world.order(is_public=False)
    world.until_idle(made)
    assert world.node(made).public_address is None
    made_of = set(world.cloud.count(world.cloud_name(made)))
    assert made_of == set(ALL_RESOURCES) - {"floating_ip"}


def test_create_without_content(world: World) -> None:
    made = world.order()
    world.change_operation(made, secrets=None)
    world.new_engine()
    world.until_idle(made)
    job = f"{world.operation(made).id}/prepare"
    assert world.guests.arguments[job]["databases"] == []
    assert world.instance(made).status == "ACTIVE"


def test_it_waits_for_what_is_not_ready(world: World) -> None:
    world.cloud.not_ready.update({"volume": 3, "server": 3})
    world.guests.unhealthy = 3
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).status == "ACTIVE"
    assert set(world.cloud.count(world.cloud_name(made)).values()) == {1}
    assert len(world.events(made)) == 8


@pytest.mark.parametrize("kind", ALL_RESOURCES)
def test_lost_answer_makes_nothing_twice(world: World, kind: str) -> None:
    world.cloud.lose_answer(f"ensure_{kind}", CloudError("no answer"))
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)
    assert world.instance(made).status == "ACTIVE"
    assert set(world.cloud.count(world.cloud_name(made)).values()) == {1}
    assert world.operation(made).error == f"{kind}: no answer"


def test_guest_trouble_makes_nothing_twice(world: World) -> None:
    world.guests.lose_answer("prepare", UNKNOWN)
    world.guests.fail("prepare", REFUSED)
    world.guests.fail("ping", UNKNOWN)
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).status == "ACTIVE"
    assert set(world.guests.made.values()) == {1}


@pytest.mark.parametrize("kind", ["volume", "server"])
def test_fault_of_the_cloud_becomes_the_instances(world: World, kind: str) -> None:
    world.cloud.faults[kind] = "no space on any host"
    world.new_engine()
    made = world.order(is_public=True)
    world.until_idle(made)
    instance = world.instance(made)
    assert instance.status == "ERROR"
    assert "no space on any host" in (instance.fault_message or "")
    assert world.cloud.left() == []


def test_missing_image_becomes_the_fault(world: World) -> None:
    world.execute(update(DatastoreVersion).values(image_tags=["nowhere"]))
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).fault_message == "There is no such image."
    assert world.cloud.left() == []


def test_failed_job_becomes_the_fault(world: World) -> None:
    world.guests.job_faults["prepare"] = "the disk is full"
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).fault_message == "the disk is full"
    assert world.cloud.left() == []
    assert world.events(made)[-2:] == [
        ("cleaned", "What had been made was removed. The instance can be deleted."),
        ("cleaned", "It failed: the disk is full"),
    ]


def test_network_that_is_gone_becomes_the_fault_at_once(world: World) -> None:
    world.cloud.fail("ensure_port", NotInCloud("There is no network moon."))
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).fault_message == "There is no network moon."
    assert world.cloud.left() == []


def test_server_that_fails_is_tried_once_more(world: World) -> None:
    world.cloud.bad_boots = 1
    world.cloud.lingering["server"] = 2
    made = world.active(is_public=True)
    assert world.cloud.count(world.cloud_name(made)) == {
        **dict.fromkeys(ALL_RESOURCES, 1),
        "server": 2,
    }
    assert (
        "server",
        "The server could not be started, and is tried once more: no valid host",
    ) in world.events(made)


def test_server_that_fails_twice_fails_in_the_clouds_words(world: World) -> None:
    world.cloud.bad_boots = 2
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    fault = "The server could not be started: no valid host"
    assert world.instance(made).fault_message == fault
    assert world.cloud.count(world.cloud_name(made))["server"] == 2
    assert world.cloud.left() == []


@pytest.mark.parametrize("kind", ["security_group", "management_port", "volume", "server"])
def test_what_the_cloud_refuses_is_not_asked_for_again(world: World, kind: str) -> None:
    world.cloud.fail(f"ensure_{kind}", CloudRefused("the quota is used up"), times=2)
    world.new_engine()
    made = world.order()
    world.until_idle(made)
    assert world.instance(made).fault_message == "the quota is used up"
    assert world.cloud.calls.count(f"ensure_{kind}") == 1
    assert world.cloud.left() == []


def test_guest_that_never_calls_home(world: World) -> None:
    world.guests.is_silent = True
    world.cloud.looks = ServerLook("ACTIVE", ("dbaas-guest: waiting for the broker",))
    world.new_engine()
    made = world.order()
    world.until(lambda: world.operation(made).step == "agent")
    world.change_operation(made, deadline_at=db_now(-1))
    world.until_idle(made)
    assert "waiting for the broker" in (world.instance(made).fault_message or "")
    assert world.cloud.left() == []

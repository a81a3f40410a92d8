"""What is looked at again and again."""

import threading
from collections.abc import Sequence

import pytest
from oslo_db import exception as db_exc
from sqlalchemy import select, update

from dbaas.db import flavors
from dbaas.db.clock import db_now
from dbaas.db.models import Flavor, Network, Node
from dbaas.drivers import CloudError, CloudFlavor, CloudNetwork
from dbaas.taskmanager import reports
from dbaas.taskmanager.catalogue import copy_catalogue
from dbaas.taskmanager.sweeps import Sweep, look_at_servers, mark_silent_guests
from tests.taskmanager.world import World

EXPIRY = 90


def _reporting(world: World, silent_for: float, status: str = "HEALTHY") -> str:
    made = world.order()
    world.finish_create(made)
    node_id = world.node(made).id
    report = {"seq": 1, "status": status}
    world.database.write(lambda s: reports.store(s, node_id, report))
    silence = update(Node).where(Node.id == node_id)
    world.execute(silence.values(reported_at=db_now(-silent_for)))
    return made


def test_silent_guest_is_an_error_told_once(world: World) -> None:
    made = _reporting(world, silent_for=EXPIRY + 1)
    before = len(world.events(made))
    mark_silent_guests(world.database, world.conf)
    mark_silent_guests(world.database, world.conf)
    assert world.node(made).database_status == "ERROR"
    assert world.events(made)[before:] == [
        ("report", "The guest agent has not reported for 90 s.")
    ]


def test_guest_that_reports_in_time_is_left_alone(world: World) -> None:
    made = _reporting(world, silent_for=EXPIRY - 30)
    mark_silent_guests(world.database, world.conf)
    assert world.node(made).database_status == "HEALTHY"


def test_guest_that_has_never_reported_is_left_alone(world: World) -> None:
    made = world.order()
    mark_silent_guests(world.database, world.conf)
    assert world.node(made).database_status is None


def test_guest_that_comes_back_is_healthy_again(world: World) -> None:
    made = _reporting(world, silent_for=EXPIRY + 1)
    mark_silent_guests(world.database, world.conf)
    node_id = world.node(made).id
    report = {"seq": 2, "status": "HEALTHY"}
    world.database.write(lambda s: reports.store(s, node_id, report))
    mark_silent_guests(world.database, world.conf)
    assert world.node(made).database_status == "HEALTHY"


def _flavors(world: World) -> Sequence[tuple[str, int, bool]]:
    query = select(Flavor.id, Flavor.ram, Flavor.present).order_by(Flavor.id)
    return [row._tuple() for row in world.database.read(lambda s: s.execute(query).all())]


def _networks(world: World) -> Sequence[tuple[str, str | None, bool, bool]]:
    query = select(Network.id, Network.project_id, Network.filters_ports, Network.present)
    rows = world.database.read(lambda s: s.execute(query.order_by(Network.id)).all())
    return [row._tuple() for row in rows]


def test_catalogue_is_copied(world: World) -> None:
    world.cloud.offered = [
        CloudFlavor("1", "small", ram=1024, vcpus=1, disk=1),
        CloudFlavor("2", "big", ram=4096, vcpus=4, disk=40),
    ]
    world.cloud.known_networks.append(CloudNetwork("net-2", "own", False, project_id="p"))
    copy_catalogue(world.database, world.cloud.as_cloud())
    assert _flavors(world) == [("1", 1024, True), ("2", 4096, True)]
    assert _networks(world) == [("net-1", None, True, True), ("net-2", "p", False, True)]


def test_what_vanishes_is_kept_but_not_present(world: World) -> None:
    made = world.order()
    world.cloud.offered = [CloudFlavor("2", "big", ram=4096, vcpus=4, disk=40)]
    world.cloud.known_networks = []
    copy_catalogue(world.database, world.cloud.as_cloud())
    assert _flavors(world) == [("1", 512, False), ("2", 4096, True)]
    assert _networks(world) == [("net-1", None, True, False)]
    assert world.instance(made).flavor_id == "1"
    assert world.database.read(lambda s: flavors.find(s, "1")) is None
    assert [row.id for row in world.database.read(flavors.present)] == ["2"]

    world.cloud.offered.append(CloudFlavor("1", "small", ram=512, vcpus=1, disk=1))
    copy_catalogue(world.database, world.cloud.as_cloud())
    assert _flavors(world) == [("1", 512, True), ("2", 4096, True)]


def test_cloud_that_is_away_changes_nothing(world: World) -> None:
    world.cloud.fail("networks", CloudError("away"))
    with pytest.raises(CloudError):
        copy_catalogue(world.database, world.cloud.as_cloud())
    assert _flavors(world) == [("1", 512, True), ("2", 2048, True)]


def _statuses(world: World, **states: str) -> None:
    world.cloud.states = states
    look_at_servers(world.database, world.cloud.as_cloud())


def test_what_the_cloud_says_of_a_server_is_kept(world: World) -> None:
    made = world.active()
    world.stop_engines()
    before, server_id = len(world.events(made)), world.node(made).server_id or ""
    _statuses(world)
    assert world.node(made).server_status == "ACTIVE"
    _statuses(world, **{server_id: "SHUTOFF"})
    _statuses(world, **{server_id: "SHUTOFF"})
    assert world.node(made).server_status == "SHUTOFF"
    del world.cloud.there["server", world.cloud_name(made)]
    _statuses(world)
    assert world.node(made).server_status == "MISSING"
    assert world.events(made)[before:] == [
        ("server", "The server is SHUTOFF now."),
        ("server", "The server is MISSING now."),
    ]
    assert world.instance(made).status == "ACTIVE", "it is the administrator's to judge"


def test_server_that_is_made_meanwhile_is_not_missing(world: World) -> None:
    made = world.order_with_resources()
    cloud = world.cloud.as_cloud()
    gate = world.cloud.block("statuses")
    sweep = threading.Thread(target=look_at_servers, args=(world.database, cloud))
    sweep.start()
    gate.wait_until_entered()
    world.execute(update(Node).values(server_id="just-made"))
    gate.open()
    sweep.join(20)
    assert world.node(made).server_status is None


def test_what_did_not_change_is_not_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.active()
    world.stop_engines()
    _statuses(world)

    def write(work: object) -> None:
        raise AssertionError("it writes")

    monkeypatch.setattr(world.database, "write", write)
    look_at_servers(world.database, world.cloud.as_cloud())


def test_sweep_goes_on_after_an_error_and_stops_at_once() -> None:
    rounds = []
    third = threading.Event()

    def work() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            third.set()
        raise db_exc.DBError(ConnectionError("away"))

    sweep = Sweep(work, interval=0.001)
    sweep.start()
    assert third.wait(20)
    sweep.stop()
    assert not sweep._thread.is_alive()

    lazy = Sweep(lambda: None, interval=3600)
    lazy.start()
    lazy.stop()
    assert not lazy._thread.is_alive()

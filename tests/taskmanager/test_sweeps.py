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
from dbaas.taskmanager.sweeps import Sweep, mark_silent_guests
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

"""Changes that the task manager makes: what is accepted, and what is looked up for it."""

from typing import Any

import pytest

from dbaas.db.models import Flavor, Network, Node, Operation, QuotaUsage
from tests.api.harness import Api
from tests.api.test_instances import rows


def test_a_larger_volume_is_accepted_and_claimed(api: Api) -> None:
    instance_id = api.create_active()
    path = f"/instances/{instance_id}"
    assert api.ask("POST", f"{path}/action", {"resize": {"volume": 3}}).status_int == 202
    (operation,) = (row for row in rows(api, Operation) if row.live_key)
    assert (operation.kind, operation.memo) == ("resize_volume", {"volume_size": 3})
    shown = api.ask("GET", path).json["instance"]
    assert (shown["status"], shown["operating_status"]) == ("RESIZE", "")
    assert shown["volume"]["size"] == 1, "it changes when it has grown"
    assert _reserved(api, "volumes") == 1 + 2
    again = api.ask("POST", f"{path}/action", {"resize": {"volume": 4}})
    assert again.status_int == 422
    assert "resize_volume" in again.text


def test_another_flavor_is_accepted_and_claimed(api: Api) -> None:
    instance_id = api.create_active()
    body = {"resize": {"flavorRef": "http://localhost/v1.0/alpha/flavors/d3"}}
    assert api.ask("POST", f"/instances/{instance_id}/action", body).status_int == 202
    (operation,) = (row for row in rows(api, Operation) if row.live_key)
    assert operation.kind == "resize_flavor"
    assert operation.memo["flavor"]["id"] == "d3"
    shown = api.ask("GET", f"/instances/{instance_id}").json["instance"]
    assert (shown["status"], shown["flavor"]["id"]) == ("RESIZE", "1")
    assert _reserved(api, "ram") == 512 + 512


def test_without_volumes_none_is_resized_and_the_disk_stays_the_same(api: Api) -> None:
    path = f"/instances/{api.create_active()}/action"
    api.conf.set_override("volume_support", False)
    assert api.ask("POST", path, {"resize": {"volume": 3}}).status_int == 400
    disk = Flavor(id="disk", name="d", ram=1, vcpus=1, disk=1, ephemeral=10)
    api.database.write(lambda session: session.add(disk))
    answer = api.ask("POST", path, {"resize": {"flavorRef": "disk"}})
    assert "must have the same ephemeral disk, 0 GiB" in answer.json["badRequest"]["message"]
    assert api.ask("POST", path, {"resize": {"flavorRef": "d3"}}).status_int == 202


def _reserved(api: Api, resource: str) -> int:
    (row,) = (each for each in rows(api, QuotaUsage) if each.resource == resource)
    return int(row.reserved)


def test_access_is_merged_with_what_is_there(api: Api) -> None:
    instance_id = api.create_active(access={"is_public": True, "allowed_cidrs": ["192.0.2.0/24"]})
    path = f"/instances/{instance_id}"
    body = {"instance": {"name": "other", "access": {"is_public": False}}}
    assert api.ask("PUT", path, body).status_int == 202
    (operation,) = (row for row in rows(api, Operation) if row.live_key)
    assert operation.memo == {"is_public": False, "allowed_cidrs": ["192.0.2.0/24"]}
    shown = api.ask("GET", path).json["instance"]
    assert shown["name"] == "other"
    assert (shown["status"], shown["operating_status"]) == ("ACTIVE", ""), "clients wait for it"
    assert shown["access"]["is_public"] is True, "it changes when it has changed"
    (listed,) = api.ask("GET", "/instances").json["instances"]
    assert listed["operating_status"] == ""
    busy = api.ask("PUT", path, {"instance": {"name": "x", "access": {"allowed_cidrs": None}}})
    assert busy.status_int == 422
    assert api.ask("GET", path).json["instance"]["name"] == "other", "all of it or nothing"


@pytest.mark.parametrize(
    ("access", "word"),
    [
        ({"is_public": True}, "has no router"),
        ({"allowed_cidrs": ["192.0.2.0/24"]}, "cannot be enforced"),
    ],
)
def test_access_that_the_network_cannot_give(api: Api, access: Any, word: str) -> None:
    poor = Network(id="poor", name="poor", filters_ports=False, is_routed=False)
    api.database.write(lambda session: session.add(poor))
    instance_id = api.create_active(nics=[{"net-id": "poor"}])
    answer = api.ask("PUT", f"/instances/{instance_id}", {"instance": {"access": access}})
    assert word in answer.json["badRequest"]["message"]


def test_what_the_tenant_has_just_made_is_found(api: Api) -> None:
    api.taskmanager.unseen = [
        Network(id="new", name="new", filters_ports=True, project_id="alpha", cidrs=[])
    ]
    assert api.create(nics=[{"net-id": "new"}])
    api.taskmanager.unseen = [Flavor(id="new", name="n", ram=1, vcpus=1, disk=1, ephemeral=0)]
    made = api.create_active(flavorRef="new")
    assert api.taskmanager.looks == 2
    body = {"resize": {"flavorRef": "newer"}}
    api.taskmanager.unseen = [Flavor(id="newer", name="m", ram=2, vcpus=1, disk=1, ephemeral=0)]
    assert api.ask("POST", f"/instances/{made}/action", body).status_int == 202
    assert api.taskmanager.looks == 3


def test_a_router_that_was_just_attached_is_found(api: Api) -> None:
    alone = {"id": "alone", "name": "alone", "filters_ports": True, "project_id": "alpha"}
    api.database.write(lambda session: session.add(Network(**alone, is_routed=False)))
    order = api.order(nics=[{"net-id": "alone"}], access={"is_public": True})
    assert "has no router" in api.ask("POST", "/instances", order).text
    api.taskmanager.unseen = [Network(**alone, is_routed=True)]
    assert api.ask("POST", "/instances", order).status_int == 200


def test_nobody_looks_again_for_a_read(api: Api) -> None:
    for path in ("/flavors/nowhere", "/instances/nowhere", "/flavors"):
        api.ask("GET", path)
    assert api.taskmanager.looks == 0


def test_without_a_task_manager_a_refusal_stays_one(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbaas.rpc.taskmanager.LOOK_TIMEOUT", 0.1)
    api.taskmanager_server.stop()
    answer = api.ask("POST", "/instances", api.order(flavorRef="77"))
    assert answer.json["badRequest"]["message"] == "flavorRef: there is no flavor 77"


def test_administrators_see_what_the_cloud_says_of_the_server(api: Api) -> None:
    instance_id = api.create_active()
    api.database.write(lambda session: _set_server_status(session, "SHUTOFF"))
    shown = api.ask("GET", f"/mgmt/instances/{instance_id}", role="admin").json["instance"]
    assert shown["server"]["status"] == "SHUTOFF"


def _set_server_status(session: Any, status: str) -> None:
    for node in session.query(Node):
        node.server_status = status


def test_without_volumes_data_is_on_the_ephemeral_disk(api: Api) -> None:
    api.conf.set_override("volume_support", False)
    disk = Flavor(id="disk", name="d", ram=512, vcpus=1, disk=1, ephemeral=7)
    api.database.write(lambda session: session.add(disk))
    answer = api.ask("POST", "/instances", api.order(flavorRef="disk"))
    assert "instance.volume: data lies on" in answer.json["badRequest"]["message"]
    without = api.order()
    del without["instance"]["volume"]
    answer = api.ask("POST", "/instances", without)
    assert "flavorRef: the flavor" in answer.json["badRequest"]["message"]
    without["instance"]["flavorRef"] = "disk"
    assert api.ask("POST", "/instances", without).json["instance"]["volume"]["size"] == 7

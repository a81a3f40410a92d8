"""A tenant's day: real Keystone, Glance, Neutron and Cinder, made-up servers, real databases."""

import os
from typing import Any

from tests.cloud.count import Count, count
from tests.cloud.tenant import Tenant
from tests.functional.waiting import until

EVENTS = (
    "Creation was accepted.",
    "It has a port on the management network.",
    "It has the address ",
    "It has the public address ",
    "The volume of 1 GiB is there.",
    "The server runs.",
    "The guest agent on the server answers.",
    "The database is set up.",
    "The database is ready to use.",
)


def test_from_create_to_nothing_left(tenant: Tenant, admin: Any, before: Count) -> None:
    made = tenant.create(access={"is_public": True, "allowed_cidrs": ["192.0.2.0/24"]})
    seen = tenant.until_ready(made)
    assert {each["type"] for each in seen["addresses"]} == {"private", "public"}
    events = sorted(tenant.events(made))
    assert len(events) == len(EVENTS)
    for told, wanted in zip(events, sorted(EVENTS), strict=True):
        assert told.startswith(wanted)

    (server,) = admin.compute.servers(all_projects=True, name=seen["name"])
    assert len(server.addresses) == 2
    assert server.name == seen["name"]
    (ip,) = admin.network.ips(floating_ip_address=seen["addresses"][1]["address"])
    assert ip.project_id == tenant.cloud.current_project_id

    tenant.call("POST", f"/instances/{made}/databases", {"databases": [{"name": "second"}]})
    listed = tenant.call("GET", f"/instances/{made}/databases")["databases"]
    assert [each["name"] for each in listed] == ["second", "shop"]

    tenant.delete(made)
    assert count(admin) == before


def test_volume_grows(tenant: Tenant) -> None:
    made = tenant.create()
    tenant.until_ready(made)
    tenant.call("POST", f"/instances/{made}/action", {"resize": {"volume": {"size": 2}}})
    until(lambda: tenant.show(made)["status"] == "ACTIVE", "the end of the resize")
    seen = tenant.until_ready(made)
    assert seen["volume"]["size"] == 2, seen.get("fault")


def test_another_flavor(tenant: Tenant) -> None:
    made = tenant.create()
    tenant.until_ready(made)
    other = tenant.flavor(os.environ["DBAAS_LAB_LARGER_FLAVOR"])
    tenant.call("POST", f"/instances/{made}/action", {"resize": {"flavorRef": other}})
    until(lambda: tenant.show(made)["status"] == "ACTIVE", "the end of the resize")
    seen = tenant.until_ready(made)
    assert seen["flavor"]["id"] == other, seen.get("fault")


def test_access_is_merged(tenant: Tenant, admin: Any) -> None:
    made = tenant.create(access={"is_public": True, "allowed_cidrs": ["192.0.2.0/24"]})
    tenant.until_ready(made)
    change = {"instance": {"access": {"allowed_cidrs": ["198.51.100.0/24"]}}}
    tenant.call("PUT", f"/instances/{made}", change)
    wanted = {"is_public": True, "allowed_cidrs": ["198.51.100.0/24"]}
    until(lambda: tenant.show(made)["access"] == wanted, "the access asked for")
    assert _ingress(admin, tenant.show(made)["name"]) == ["198.51.100.0/24"]

    tenant.call("PUT", f"/instances/{made}", {"instance": {"access": {"is_public": False}}})
    wanted = {"is_public": False, "allowed_cidrs": ["198.51.100.0/24"]}
    until(lambda: tenant.show(made)["access"] == wanted, "the access asked for")
    assert [each["type"] for each in tenant.show(made)["addresses"]] == ["private"]
    assert _ingress(admin, tenant.show(made)["name"]) == ["198.51.100.0/24"]


def _ingress(admin: Any, name: str) -> list[str]:
    (server,) = admin.compute.servers(all_projects=True, name=name)
    (group,) = admin.network.security_groups(name=server.metadata["dbaas_node"])
    rules = admin.network.security_group_rules(security_group_id=group.id, direction="ingress")
    return sorted(rule.remote_ip_prefix for rule in rules)

"""What goes wrong in a cloud becomes a fault in words, and leaves nothing behind."""

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.count import Count, count
from tests.cloud.lab import stopped
from tests.cloud.stand_ins import StandIns
from tests.cloud.tenant import Refusal, Tenant
from tests.functional.waiting import until


def _fails(tenant: Tenant, admin: Any, before: Count, **wish: Any) -> str:
    """The fault of an order that can't be carried out; all of it is gone before and after."""
    made = tenant.create(**wish)
    fault = tenant.until_fault(made)
    now = count(admin)
    assert now == before, "it cleans up after itself"
    tenant.delete(made)
    assert count(admin) == before
    return fault


@pytest.fixture
def huge_flavor(admin: Any) -> Iterator[str]:
    """It asks for what no host has."""
    made = admin.compute.create_flavor(name="huge", vcpus=1, ram=2048, disk=8)
    admin.compute.create_flavor_extra_specs(made, {"resources:CUSTOM_MOON_DUST": "1"})
    yield made.id
    admin.compute.delete_flavor(made)


def test_no_host_has_room(tenant: Tenant, admin: Any, before: Count, huge_flavor: str) -> None:
    """The flavor is new: the service looks for it when it is asked."""
    fault = _fails(tenant, admin, before, flavorRef=huge_flavor)
    assert "No valid host was found" in fault


def test_there_is_no_image(tenant: Tenant, admin: Any, before: Count) -> None:
    operator, name = Tenant(admin), f"nowhere-{secrets.token_hex(3)}"
    version = {
        "version": {
            "name": name,
            "datastore_name": "mysql",
            "datastore_manager": "mysql",
            "image_tags": [name],
            "active": True,
            "packages": [],
        }
    }
    operator.call("POST", "/mgmt/datastore-versions", version)
    fault = _fails(tenant, admin, before, datastore={"type": "mysql", "version": name})
    assert name in fault
    versions = operator.call("GET", "/mgmt/datastore-versions")["versions"]
    (made,) = [each["id"] for each in versions if each["name"] == name]
    operator.call("PATCH", f"/mgmt/datastore-versions/{made}", {"active": False})


@pytest.fixture
def no_more_servers(admin: Any) -> Iterator[None]:
    project = admin.identity.find_project("service").id
    usual = admin.compute.get_quota_set(project).instances
    used = len(list(admin.compute.servers(all_projects=True, project_id=project)))
    admin.set_compute_quotas(project, instances=used)
    yield
    admin.set_compute_quotas(project, instances=usual)


def test_quota_of_the_service(
    tenant: Tenant, admin: Any, before: Count, no_more_servers: None
) -> None:
    assert "Quota exceeded" in _fails(tenant, admin, before)


def test_public_needs_a_router(tenant: Tenant) -> None:
    isolated = tenant.cloud.network.find_network(os.environ["DBAAS_LAB_ISOLATED_NETWORK"]).id
    with pytest.raises(Refusal, match=r"400 access.is_public: the network isolated has no router"):
        tenant.create(nics=[{"net-id": isolated}], access={"is_public": True})


@pytest.fixture
def overlapping(admin: Any, tenant: Tenant) -> Iterator[str]:
    """A tenant's network with the addresses of the management network."""
    subnet = admin.network.find_subnet("dbaas-management")
    network = tenant.cloud.network
    made = network.create_network(name="overlapping")
    network.create_subnet(network_id=made.id, ip_version=4, cidr=subnet.cidr)
    yield made.id
    network.delete_network(made)


def test_network_that_overlaps(tenant: Tenant, overlapping: str) -> None:
    with pytest.raises(Refusal, match=r"400 nics.0: the network overlapping overlaps with"):
        tenant.create(nics=[{"net-id": overlapping}])


def test_guest_that_never_calls(
    tenant: Tenant, admin: Any, before: Count, stand_ins: StandIns, little_patience: None
) -> None:
    stand_ins.mute = True
    try:
        fault = _fails(tenant, admin, before)
    finally:
        stand_ins.mute = False
    assert fault.startswith("The guest agent never answered.")


@pytest.fixture
def little_patience(folder: Path) -> Iterator[None]:
    """Creates have failed after some seconds; the task managers read it when they are told to."""
    file = folder / "conf.d" / "50-little-patience.conf"
    file.write_text("[DEFAULT]\nusage_timeout = 20\n")
    _reload(folder)
    yield
    file.unlink()
    _reload(folder)


def _reload(folder: Path) -> None:
    for file in folder.glob("run/taskmanager-*.pid"):
        os.kill(int(file.read_text()), signal.SIGHUP)


@pytest.mark.parametrize(
    "daemon",
    ["glance-api", "nova-api", "neutron-server", "cinder-api", "rabbitmq", "mariadb"],
)
def test_part_of_the_cloud_is_away(
    tenant: Tenant, admin: Any, before: Count, folder: Path, daemon: str
) -> None:
    """While a create and a delete are under way; they go on when it is back.

    Not Keystone: who has a token does not notice.
    """
    first = tenant.create()
    tenant.until_ready(first)
    made = tenant.create()
    tenant.call("DELETE", f"/instances/{first}")
    with stopped(daemon):
        _wait_until_noticed(folder)
    tenant.until_ready(made)
    tenant.until_gone(first)
    tenant.delete(made)
    assert count(admin) == before


def _wait_until_noticed(folder: Path) -> None:
    """Until a task manager has written that something failed."""
    logs = list(folder.glob("log/taskmanager-*.log"))
    sizes = {log: log.stat().st_size for log in logs}

    def noticed() -> bool:
        return any(
            " ERROR " in log.read_bytes()[sizes[log] :].decode(errors="replace") for log in logs
        )

    until(noticed, "a failure that a task manager notices")


def test_tokens_that_end(tenant: Tenant, admin: Any, folder: Path) -> None:
    """All that the service's account holds are revoked while it works."""
    made = tenant.create()
    user = admin.identity.find_user("dbaas").id
    for enabled in (False, True):  # Keystone revokes the tokens of a user that is disabled
        admin.identity.update_user(user, is_enabled=enabled)
    tenant.until_ready(made)

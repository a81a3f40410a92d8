"""Networks and ports in a real Neutron."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, Nic, NotInCloud
from tests.drivers.openstack.conftest import Driver
from tests.drivers.openstack.lab import CIDR, Lab


def _ports(lab: Lab, name: str) -> list[Any]:
    return list(lab.admin.network.ports(name=name))


def test_networks_of_tenants(driver: Driver, lab: Lab) -> None:
    known = {network.id: network for network in driver.networks.networks()}
    routed, lonely = known[lab.network_id], known[lab.lonely_network_id]
    assert (routed.project_id, routed.cidrs) == (lab.tenant.id, [CIDR])
    assert (routed.is_routed, routed.filters_ports) == (True, True)
    assert (lonely.is_routed, lonely.filters_ports) == (False, False)
    assert lonely.cidrs == ["10.78.0.0/24"]


def test_external_networks_are_no_tenants_networks(driver: Driver, lab: Lab) -> None:
    external = {network.id for network in lab.admin.network.networks(is_router_external=True)}
    assert external
    assert external.isdisjoint(network.id for network in driver.networks.networks())


def test_router_to_another_external_network_does_not_count(
    driver: Driver, lab: Lab, conf: cfg.ConfigOpts
) -> None:
    conf.set_override("public_network_id", "another", group="network")
    assert not any(network.is_routed for network in driver.networks.networks())


def test_only_what_all_may_use_is_shared(driver: Driver, lab: Lab) -> None:
    network = lab.lonely_network_id
    neutron = lab.admin.network
    policy = {"object_type": "network", "object_id": network, "action": "access_as_shared"}

    def owner() -> str | None:
        return next(n.project_id for n in driver.networks.networks() if n.id == network)

    ours = neutron.create_rbac_policy(target_project_id=lab.service.id, **policy)
    assert neutron.get_network(network).is_shared is not None
    assert owner() == lab.tenant.id
    neutron.delete_rbac_policy(ours.id)
    all_ = neutron.create_rbac_policy(target_project_id="*", **policy)
    assert owner() is None
    neutron.delete_rbac_policy(all_.id)


def test_port_is_made_once(driver: Driver, lab: Lab, name: str) -> None:
    group = driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    first = driver.networks.ensure_port(name, Nic(lab.network_id), group)
    assert driver.networks.ensure_port(name, Nic(lab.network_id), group) == first
    (port,) = _ports(lab, name)
    assert (port.id, port.project_id) == (first.id, lab.service.id)
    assert port.security_group_ids == [group]
    assert port.fixed_ips[0]["ip_address"] == first.address


def test_port_whose_answer_was_lost(driver: Driver, lab: Lab, name: str) -> None:
    losing = driver.lose("POST", "/ports")
    with pytest.raises(CloudError, match="Neutron does not answer"):
        driver.networks.ensure_port(name, Nic(lab.network_id), None)
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    assert losing.lost == 1
    assert [each.id for each in _ports(lab, name)] == [port.id]


def test_second_port_goes(driver: Driver, lab: Lab, name: str) -> None:
    """Two requests were done at once; the first is bound already."""
    neutron = lab.service.cloud.network
    made = [neutron.create_port(name=name, network_id=lab.network_id) for _ in range(3)]
    lab.admin.network.update_port(made[1].id, device_id="a-server", device_owner="compute:x")
    assert driver.networks.ensure_port(name, Nic(lab.network_id), None).id == made[1].id
    assert [port.id for port in _ports(lab, name)] == [made[1].id]


def test_ports_of_others_are_left_alone(driver: Driver, lab: Lab, name: str) -> None:
    theirs = lab.tenant.cloud.network.create_port(name=name, network_id=lab.network_id)
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    assert port.id != theirs.id
    driver.networks.ensure_no_ports(name)
    assert [each.id for each in _ports(lab, name)] == [theirs.id]
    lab.tenant.cloud.network.delete_port(theirs.id)


def test_address_of_ones_choice(driver: Driver, lab: Lab, name: str) -> None:
    nic = Nic(lab.network_id, lab.subnet_id, "10.77.0.77")
    assert driver.networks.ensure_port(name, nic, None).address == "10.77.0.77"


def test_address_that_is_taken(driver: Driver, lab: Lab, name: str) -> None:
    nic = Nic(lab.network_id, None, "10.77.0.78")
    with _taken(lab, "10.77.0.78"), pytest.raises(CloudRefused, match=r"10\.77\.0\.78"):
        driver.networks.ensure_port(name, nic, None)


def test_address_of_another_network(driver: Driver, lab: Lab, name: str) -> None:
    nic = Nic(lab.network_id, None, "192.0.2.1")
    with pytest.raises(CloudRefused, match=r"Neutron says: .*IP address"):
        driver.networks.ensure_port(name, nic, None)


def test_network_that_is_not_there(driver: Driver, name: str) -> None:
    nic = Nic("00000000-0000-4000-8000-000000000000")
    with pytest.raises(NotInCloud, match="00000000"):
        driver.networks.ensure_port(name, nic, None)


def test_network_without_port_security(driver: Driver, lab: Lab, name: str) -> None:
    group = driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    port = driver.networks.ensure_port(name, Nic(lab.lonely_network_id), group)
    assert port.address.startswith("10.78.0.")


def test_quota_of_ports(driver: Driver, lab: Lab, name: str) -> None:
    with _quota(lab, "ports"), pytest.raises(CloudRefused, match="Quota exceeded"):
        driver.networks.ensure_port(name, Nic(lab.network_id), None)


def test_no_management_network(driver: Driver, name: str) -> None:
    assert driver.networks.ensure_management_port(name) is None


def test_management_port(driver: Driver, lab: Lab, name: str, conf: cfg.ConfigOpts) -> None:
    group = driver.networks.ensure_security_group(name, [22], ["10.0.0.0/8"])
    conf.set_override("management_networks", ["other", lab.network_id])
    conf.set_override("management_security_groups", [group])
    port = driver.networks.ensure_management_port(name)
    assert port is not None
    assert driver.networks.ensure_management_port(name) == port
    tenants = driver.networks.ensure_port(name, Nic(lab.lonely_network_id), None)
    (made,) = _ports(lab, f"{name}-management")
    assert (made.id, made.security_group_ids) == (port.id, [group])
    assert tenants.id != port.id
    driver.networks.ensure_no_ports(name)
    assert _ports(lab, name) + _ports(lab, f"{name}-management") == []


def test_ports_that_are_gone(driver: Driver, name: str) -> None:
    driver.networks.ensure_no_ports(name)
    driver.networks.ensure_no_ports(name)


@contextmanager
def _taken(lab: Lab, address: str) -> Iterator[None]:
    neutron = lab.tenant.cloud.network
    fixed = [{"ip_address": address, "subnet_id": lab.subnet_id}]
    port = neutron.create_port(network_id=lab.network_id, fixed_ips=fixed)
    yield
    neutron.delete_port(port.id)


@contextmanager
def _quota(lab: Lab, resource: str) -> Iterator[None]:
    lab.admin.network.update_quota(lab.service.id, **{resource: 0})
    yield
    lab.admin.network.delete_quota(lab.service.id)

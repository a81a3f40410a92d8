"""Public addresses in a real Neutron."""

from typing import Any

import pytest
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, Nic, NotInCloud
from dbaas.drivers.openstack.networks import OpenStackNetworks
from tests.drivers.openstack.conftest import Driver
from tests.drivers.openstack.lab import Lab


def _ips(lab: Lab) -> list[Any]:
    return list(lab.admin.network.ips(project_id=lab.tenant.id))


def test_address_is_the_tenants(driver: Driver, lab: Lab, name: str) -> None:
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    first = driver.networks.ensure_floating_ip(name, port, lab.tenant.id)
    assert driver.networks.ensure_floating_ip(name, port, lab.tenant.id) == first
    (ip,) = _ips(lab)
    assert (ip.id, ip.floating_ip_address) == (first.id, first.address)
    assert (ip.port_id, ip.fixed_ip_address) == (port.id, port.address)
    driver.networks.ensure_no_floating_ip(name)
    assert _ips(lab) == []
    driver.networks.ensure_no_floating_ip(name)


def test_answer_that_was_lost(driver: Driver, lab: Lab, name: str) -> None:
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    driver.lose("POST", "/floatingips")
    with pytest.raises(CloudError, match="does not answer"):
        driver.networks.ensure_floating_ip(name, port, lab.tenant.id)
    ip = driver.networks.ensure_floating_ip(name, port, lab.tenant.id)
    assert [each.id for each in _ips(lab)] == [ip.id]


def test_addresses_that_only_look_like_ours(driver: Driver, lab: Lab, name: str) -> None:
    public = next(lab.admin.network.networks(is_router_external=True))
    theirs = lab.tenant.cloud.network.create_ip(floating_network_id=public.id, description=name)
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    assert driver.networks.ensure_floating_ip(name, port, lab.tenant.id).id != theirs.id
    driver.networks.ensure_no_floating_ip(name)
    assert [ip.id for ip in _ips(lab)] == [theirs.id]
    lab.tenant.cloud.network.delete_ip(theirs.id)


def test_network_without_a_router(driver: Driver, lab: Lab, name: str) -> None:
    port = driver.networks.ensure_port(name, Nic(lab.lonely_network_id), None)
    with pytest.raises(NotInCloud, match=r"External network .* is not reachable"):
        driver.networks.ensure_floating_ip(name, port, lab.tenant.id)


def test_quota_of_the_tenant(driver: Driver, lab: Lab, name: str) -> None:
    port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
    lab.admin.network.update_quota(lab.tenant.id, floating_ips=0)
    with pytest.raises(CloudRefused, match="Quota exceeded"):
        driver.networks.ensure_floating_ip(name, port, lab.tenant.id)
    lab.admin.network.delete_quota(lab.tenant.id)


def test_public_network_that_is_not_there(
    driver: Driver, lab: Lab, name: str, conf: cfg.ConfigOpts
) -> None:
    conf.set_override("public_network_id", "00000000-0000-4000-8000-000000000000", "network")
    networks = OpenStackNetworks(driver.clients, conf)
    port = networks.ensure_port(name, Nic(lab.network_id), None)
    with pytest.raises(CloudRefused):
        networks.ensure_floating_ip(name, port, lab.tenant.id)

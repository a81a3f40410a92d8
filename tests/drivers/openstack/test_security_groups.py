"""Security groups in a real Neutron."""

from typing import Any

import pytest

from dbaas.drivers import CloudError, CloudRefused, Nic
from tests.drivers.openstack.conftest import Driver
from tests.drivers.openstack.lab import Lab


def _groups(lab: Lab, name: str) -> list[Any]:
    return list(lab.admin.network.security_groups(name=name))


def _entering(lab: Lab, name: str) -> set[tuple[int, str]]:
    (group,) = _groups(lab, name)
    return {
        (rule["port_range_min"], rule["remote_ip_prefix"])
        for rule in group.security_group_rules
        if rule["direction"] == "ingress"
    }


def test_rules_are_exactly_those_wished(driver: Driver, lab: Lab, name: str) -> None:
    ensure = driver.networks.ensure_security_group
    first = ensure(name, [3306], ["0.0.0.0/0", "10.1.2.3/8", "2001:db8::/32"])
    assert _entering(lab, name) == {
        (3306, "0.0.0.0/0"),
        (3306, "10.0.0.0/8"),
        (3306, "2001:db8::/32"),
    }
    assert ensure(name, [3306, 33060], ["10.0.0.0/8"]) == first
    assert _entering(lab, name) == {(3306, "10.0.0.0/8"), (33060, "10.0.0.0/8")}
    assert ensure(name, [3306], []) == first
    assert _entering(lab, name) == set()


def test_rules_of_another_kind_go(driver: Driver, lab: Lab, name: str) -> None:
    group = driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    more: dict[str, Any] = {"security_group_id": group, "direction": "ingress"}
    neutron = lab.service.cloud.network
    neutron.create_security_group_rule(**more, protocol="icmp")
    neutron.create_security_group_rule(**more, remote_group_id=group)
    driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    assert _entering(lab, name) == {(3306, "10.0.0.0/8")}


def test_what_leaves_is_not_filtered(driver: Driver, lab: Lab, name: str) -> None:
    driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    (group,) = _groups(lab, name)
    leaving = [r for r in group.security_group_rules if r["direction"] == "egress"]
    assert {rule["ethertype"] for rule in leaving} == {"IPv4", "IPv6"}


def test_answer_that_was_lost(driver: Driver, lab: Lab, name: str) -> None:
    driver.lose("POST", "/security-groups")
    with pytest.raises(CloudError):
        driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    driver.lose("POST", "/security-group-rules")
    with pytest.raises(CloudError):
        driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    assert _entering(lab, name) == {(3306, "10.0.0.0/8")}


def test_second_group_goes(driver: Driver, lab: Lab, name: str) -> None:
    for _ in range(2):
        lab.service.cloud.network.create_security_group(name=name)
    group = driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    assert [each.id for each in _groups(lab, name)] == [group]


def test_groups_of_others_are_left_alone(driver: Driver, lab: Lab, name: str) -> None:
    theirs = lab.tenant.cloud.network.create_security_group(name=name)
    assert driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"]) != theirs.id
    driver.networks.ensure_no_security_group(name)
    assert [group.id for group in _groups(lab, name)] == [theirs.id]
    lab.tenant.cloud.network.delete_security_group(theirs.id)


def test_group_that_is_in_use(driver: Driver, lab: Lab, name: str) -> None:
    group = driver.networks.ensure_security_group(name, [3306], ["10.0.0.0/8"])
    driver.networks.ensure_port(name, Nic(lab.network_id), group)
    with pytest.raises(CloudError, match="still in use") as caught:
        driver.networks.ensure_no_security_group(name)
    assert not isinstance(caught.value, CloudRefused)


def test_group_that_is_gone(driver: Driver, name: str) -> None:
    driver.networks.ensure_no_security_group(name)

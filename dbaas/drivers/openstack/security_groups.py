"""Which addresses may reach an instance, in Neutron."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openstack import exceptions

from dbaas.drivers import CloudError
from dbaas.drivers.openstack.duplicates import one_of
from dbaas.drivers.openstack.errors import cloud_errors
from dbaas.drivers.openstack.session import Clients

Rule = tuple[int, str]
"""A TCP port and the CIDR that may reach it."""
_ANYWHERE = {"IPv4": "0.0.0.0/0", "IPv6": "::/0"}


class SecurityGroups:
    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def ensure(self, name: str, ports: Iterable[int], cidrs: Sequence[str]) -> str:
        """The id of the project's group of that name, with exactly these rules for what enters."""
        neutron = self._clients.neutron
        with cloud_errors("Neutron"):
            group = self._find(name) or neutron.create_security_group(
                name=name, description="Made by dbaas: who may reach this database."
            )
            wished = {(port, _network(cidr)) for port in ports for cidr in cidrs}
            self._apply(group, wished)
            return str(group.id)

    def ensure_none(self, name: str) -> None:
        with cloud_errors("Neutron"):
            for group in self._all(name):
                try:
                    self._clients.neutron.delete_security_group(group.id)
                except exceptions.ConflictException:
                    raise CloudError("The security group is still in use.") from None

    def _all(self, name: str) -> Iterator[Any]:
        found: Iterator[Any] = self._clients.neutron.security_groups(
            name=name, project_id=self._clients.project_id
        )
        return found

    def _find(self, name: str) -> Any:
        neutron = self._clients.neutron
        return one_of(
            self._all(name), lambda group: False, lambda group: _remove_unused(neutron, group.id)
        )

    def _apply(self, group: Any, wished: set[Rule]) -> None:
        neutron = self._clients.neutron
        there = {_rule(rule): rule["id"] for rule in group.security_group_rules if _enters(rule)}
        if missing := sorted(wished - there.keys(), key=str):
            neutron.create_security_group_rules([_body(group.id, *rule) for rule in missing])
        for rule in there.keys() - wished:
            neutron.delete_security_group_rule(there[rule])


def _remove_unused(neutron: Any, group_id: str) -> None:
    try:
        neutron.delete_security_group(group_id)
    except exceptions.ConflictException:
        return


def _enters(rule: Any) -> bool:
    return bool(rule["direction"] == "ingress")


def _network(cidr: str) -> str:
    return str(ipaddress.ip_network(cidr, strict=False))


def _rule(rule: Any) -> object:
    """As a Rule, or whatever else it is, which is never wished for."""
    if rule["protocol"] != "tcp" or rule["port_range_min"] != rule["port_range_max"]:
        return rule["id"]
    if rule["remote_group_id"] is not None:
        return rule["id"]
    return rule["port_range_min"], rule["remote_ip_prefix"] or _ANYWHERE[rule["ethertype"]]


def _body(group_id: str, port: int, cidr: str) -> dict[str, Any]:
    return {
        "security_group_id": group_id,
        "direction": "ingress",
        "ethertype": f"IPv{ipaddress.ip_network(cidr).version}",
        "protocol": "tcp",
        "port_range_min": port,
        "port_range_max": port,
        "remote_ip_prefix": cidr,
    }

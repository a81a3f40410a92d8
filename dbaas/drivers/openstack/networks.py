"""Networks and ports, in Neutron. Ports are the service project's own, as in Trove."""

import ipaddress
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from oslo_config import cfg

from dbaas.drivers import CloudNetwork, CloudRefused, FloatingIP, Nic, Port
from dbaas.drivers.openstack.duplicates import one_of
from dbaas.drivers.openstack.errors import cloud_errors
from dbaas.drivers.openstack.floating_ips import FloatingIPs
from dbaas.drivers.openstack.security_groups import SecurityGroups
from dbaas.drivers.openstack.session import Clients

_ROUTER_INTERFACES = [
    "network:router_interface",
    "network:router_interface_distributed",
    "network:ha_router_replicated_interface",
]


class OpenStackNetworks:
    def __init__(self, clients: Clients, conf: cfg.ConfigOpts) -> None:
        self._clients = clients
        self._conf = conf
        self._groups = SecurityGroups(clients)
        self._floating = FloatingIPs(clients, conf.network.public_network_id)

    def networks(self) -> Sequence[CloudNetwork]:
        with cloud_errors("Neutron"):
            cidrs = self._cidrs()
            routed = self._routed()
            shared = self._shared()
            return [
                CloudNetwork(
                    id=network.id,
                    name=network.name,
                    filters_ports=network.is_port_security_enabled is not False,
                    project_id=None if network.id in shared else network.project_id,
                    cidrs=cidrs[network.id],
                    is_routed=network.id in routed,
                )
                for network in self._clients.neutron.networks(is_router_external=False)
            ]

    def ensure_security_group(
        self, name: str, ports: Sequence[int], cidrs: Sequence[str]
    ) -> str | None:
        return self._groups.ensure(name, ports, cidrs)

    def ensure_no_security_group(self, name: str) -> None:
        self._groups.ensure_none(name)

    def ensure_management_port(self, name: str) -> Port | None:
        if not self._conf.management_networks:
            return None
        wish = {"network_id": self._conf.management_networks[-1]}
        groups = self._conf.management_security_groups
        return self._ensure_port(_management(name), wish, groups or None)

    def ensure_port(self, name: str, nic: Nic, security_group_id: str | None) -> Port:
        wish: dict[str, Any] = {"network_id": nic.network_id}
        fixed = {"subnet_id": nic.subnet_id, "ip_address": nic.address}
        if given := {key: value for key, value in fixed.items() if value}:
            wish["fixed_ips"] = [given]
        return self._ensure_port(name, wish, [security_group_id] if security_group_id else None)

    def ensure_no_ports(self, name: str) -> None:
        with cloud_errors("Neutron"):
            for port in self._ports(name, _management(name)):
                self._clients.neutron.delete_port(port.id)

    def ensure_floating_ip(self, name: str, port: Port, project_id: str) -> FloatingIP:
        return self._floating.ensure(name, port, project_id)

    def ensure_no_floating_ip(self, name: str) -> None:
        with cloud_errors("Neutron"):
            ports = [port.id for port in self._ports(name)]
        if ports:
            self._floating.ensure_none(name, ports)

    def _ensure_port(self, name: str, wish: dict[str, Any], groups: list[str] | None) -> Port:
        neutron = self._clients.neutron
        with cloud_errors("Neutron"):
            port = one_of(
                self._ports(name),
                lambda each: bool(each.device_id),
                lambda each: neutron.delete_port(each.id),
            )
            if port is None:
                port = self._make_port(name, wish, groups)
        return Port(port.id, _ipv4(port))

    def _make_port(self, name: str, wish: dict[str, Any], groups: list[str] | None) -> Any:
        neutron = self._clients.neutron
        network = neutron.get_network(wish["network_id"])
        if groups is not None and network.is_port_security_enabled is not False:
            wish = {**wish, "security_groups": groups}
        return neutron.create_port(name=name, description="Made by dbaas.", **wish)

    def _ports(self, *names: str) -> list[Any]:
        project = self._clients.project_id
        return list(self._clients.neutron.ports(name=list(names), project_id=project))

    def _cidrs(self) -> dict[str, list[str]]:
        cidrs: dict[str, list[str]] = defaultdict(list)
        for subnet in self._clients.neutron.subnets(ip_version=4):
            cidrs[subnet.network_id].append(subnet.cidr)
        return cidrs

    def _routed(self) -> set[str]:
        """Networks with a router that leads to the public network."""
        public = self._conf.network.public_network_id
        leading_out = {
            router.id
            for router in self._clients.neutron.routers()
            if (gateway := router.external_gateway_info)
            and public in (None, gateway["network_id"])
        }
        interfaces = self._clients.neutron.ports(device_owner=_ROUTER_INTERFACES)
        return {port.network_id for port in interfaces if port.device_id in leading_out}

    def _shared(self) -> set[str]:
        """Networks that all may use.

        A network's own `shared` is also true for those that only our project may use.
        """
        policies = self._clients.neutron.rbac_policies(
            object_type="network", action="access_as_shared", target_project_id="*"
        )
        return {policy.object_id for policy in policies}


def _management(name: str) -> str:
    return f"{name}-management"


def _ipv4(port: Any) -> str:
    for fixed in port.fixed_ips:
        if ipaddress.ip_address(fixed["ip_address"]).version == 4:
            return str(fixed["ip_address"])
    raise CloudRefused("The network gave no IPv4 address.")

"""One Docker bridge network; ports are addresses in it, floating IPs addresses of the machine."""

import ipaddress
import uuid
from collections.abc import Sequence
from typing import Any

from docker import DockerClient, errors
from docker.types import IPAMConfig, IPAMPool

from dbaas.drivers import (
    CloudError,
    CloudNetwork,
    CloudRefused,
    FloatingIP,
    Nic,
    NotInCloud,
    Port,
)
from dbaas.drivers.local.errors import docker_errors
from dbaas.drivers.local.registry import Registry

_FIXED = "On this machine an instance stays as public as it was made."


class LocalNetworks:
    """:param settings: the [local] options"""

    def __init__(self, settings: Any, registry: Registry, engine: DockerClient) -> None:
        self._name = settings.network
        self._subnet = settings.subnet
        self._public = settings.public_subnet
        self._labels = dict(settings.labels)
        self._registry = registry
        self._engine = engine
        self._id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"dbaas-local:{self._name}"))

    def networks(self) -> Sequence[CloudNetwork]:
        return [CloudNetwork(self._id, self._name, filters_ports=False)]

    def ensure_security_group(
        self, name: str, ports: Sequence[int], cidrs: Sequence[str]
    ) -> str | None:
        return None

    def ensure_no_security_group(self, name: str) -> None:
        """There is none."""

    def ensure_management_port(self, name: str) -> Port | None:
        return None

    def ensure_port(self, name: str, nic: Nic, security_group_id: str | None) -> Port:
        if nic.network_id != self._id:
            raise NotInCloud(f"There is no network {nic.network_id} on this machine.")
        if nic.subnet_id or nic.address:
            raise CloudRefused("This machine chooses subnets and addresses itself.")
        port = self._registry.ensure("port", name, self._free_addresses())
        return Port(port.id, port.address or "")

    def ensure_no_ports(self, name: str) -> None:
        self._registry.remove("port", name)

    def ensure_floating_ip(self, name: str, port: Port, project_id: str) -> FloatingIP:
        if self._is_fixed(name, has_address=False):
            raise CloudRefused(_FIXED)
        ip = self._registry.ensure("floating IP", name, _hosts(self._public)[1:])
        return FloatingIP(ip.id, ip.address or "")

    def ensure_no_floating_ip(self, name: str) -> None:
        if self._is_fixed(name, has_address=True):
            raise CloudRefused(_FIXED)
        self._registry.remove("floating IP", name)

    def _is_fixed(self, name: str, has_address: bool) -> bool:
        """Whether there is a server, with or without a public address."""
        servers = {server.name for server in self._registry.all_of("server")}
        public = {ip.name for ip in self._registry.all_of("floating IP")}
        return name in servers and (name in public) == has_address

    def _free_addresses(self) -> Sequence[str]:
        """Of the Docker network, but for the bridge's own, the first, and those others have."""
        network = self._ensure_network()
        pools = network["IPAM"]["Config"]
        if not pools:
            raise CloudError(f"the Docker network {self._name} has no subnet")
        taken = {row["IPv4Address"].partition("/")[0] for row in network["Containers"].values()}
        return [host for host in _hosts(pools[0]["Subnet"])[1:] if host not in taken]

    def _ensure_network(self) -> dict[str, Any]:
        """Docker's words about its network, which is made if it is not there."""
        with docker_errors(f"making the Docker network {self._name} ({self._subnet})"):
            try:
                network = self._engine.networks.get(self._name)
            except errors.NotFound:
                ipam = IPAMConfig(pool_configs=[IPAMPool(subnet=self._subnet)])
                network = self._engine.networks.create(
                    self._name, driver="bridge", ipam=ipam, labels=self._labels
                )
                network.reload()
            return dict(network.attrs or {})


def _hosts(subnet: str) -> Sequence[str]:
    return [str(address) for address in ipaddress.ip_network(subnet).hosts()]

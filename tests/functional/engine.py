"""One run's share of the machine's Docker engine: its addresses, its label, its clean-up."""

import ipaddress
import secrets
from collections.abc import Iterable
from typing import Any

import docker
from docker import errors

LABEL = "dbaas.test"
# For measurements, RFC 2544: no real network has them.
_PRIVATE = list(ipaddress.ip_network("198.18.0.0/15").subnets(new_prefix=27))
_PUBLIC = list(ipaddress.ip_network("127.100.0.0/15").subnets(new_prefix=27))


class Engine:
    """What carries this object's label; `close` removes all of it."""

    def __init__(self, kind: str) -> None:
        self.name = f"functional-{kind}-{secrets.token_hex(4)}"
        self.docker = docker.from_env()
        free = [number for number, net in enumerate(_PRIVATE) if not self._is_taken(net)]
        number = secrets.choice(free)
        self.subnet, self.public_subnet = str(_PRIVATE[number]), str(_PUBLIC[number])

    def _is_taken(self, wanted: Any) -> bool:
        return any(wanted.overlaps(net) for net in self._networks())

    def _networks(self) -> Iterable[Any]:
        if not hasattr(self, "_known"):
            pools = [
                pool["Subnet"]
                for network in self.docker.networks.list()
                for pool in (network.attrs["IPAM"]["Config"] or ())
            ]
            nets = [ipaddress.ip_network(pool) for pool in pools]
            self._known = [net for net in nets if net.version == 4]
        return self._known

    @property
    def options(self) -> str:
        """For [local]."""
        return (
            f"labels = {LABEL}:{self.name}\nnetwork = dbaas-{self.name}\n"
            f"subnet = {self.subnet}\npublic_subnet = {self.public_subnet}\n"
        )

    @property
    def _filter(self) -> dict[str, str | list[str] | bool]:
        return {"label": f"{LABEL}={self.name}"}

    def containers(self) -> dict[str, Any]:
        """All there are, whether they run or not, by name."""
        while True:
            try:
                found = self.docker.containers.list(all=True, filters=self._filter)
                return {str(one.name): one for one in found}
            except errors.NotFound:
                continue  # one of them went away while they were listed

    def volumes(self) -> set[str]:
        return {str(one.name) for one in self.docker.volumes.list(filters=self._filter)}

    def close(self) -> None:
        for container in self.containers().values():
            container.remove(force=True, v=True)
        for volume in self.docker.volumes.list(filters=self._filter):
            volume.remove(force=True)
        for network in self.docker.networks.list(filters=self._filter):
            network.remove()
        self.docker.close()

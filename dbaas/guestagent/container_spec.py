"""What a database's container is, and how Docker is told so."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from docker.types import Mount
from oslo_config import cfg

from dbaas.guestagent import memory

MIB = 1024 * 1024
_LOG = {"type": "json-file", "config": {"max-size": "10m", "max-file": "3"}}
SPEC_LABEL = "dbaas.spec"
NODE_LABEL = "dbaas.node"


@dataclass(frozen=True)
class ContainerSpec:
    """What an engine wants. Nothing of it may be secret: `docker inspect` shows it all."""

    image: str
    user: str
    """The image's own unprivileged account."""
    data_path: str
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    """Paths on this machine, each with the path it is mounted on."""
    read_only: Mapping[str, str] = field(default_factory=dict)
    """The same, but not writable for the container."""
    version: str = ""
    """Changes when the container must be made anew although all else is the same."""
    stop_timeout: int = 180
    """Seconds a clean stop may take before the database is killed."""


class Placement:
    """Where the container lies: the part of [guest] that is the same for every engine."""

    def __init__(self, options: cfg.ConfigOpts.GroupAttr, processors: int) -> None:
        self._options = options
        self._vcpus = min(options.vcpus, processors)

    @property
    def on_folder(self) -> bool:
        """Whether the volume is a mounted folder; otherwise it is one of Docker's."""
        return str(self._options.volume).startswith("/")

    @property
    def data_source(self) -> str:
        volume = str(self._options.volume)
        return str(Path(volume) / "data") if self.on_folder else volume

    @property
    def scratch(self) -> Path | None:
        """Big temporary files belong on the volume, where it is a folder."""
        return Path(self._options.volume) / "tmp" if self.on_folder else None

    def fingerprint(self, spec: ContainerSpec) -> str:
        facts = [asdict(spec), self.limits(), self._network(), self._ports(spec)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def labels(self, fingerprint: str) -> dict[str, str]:
        own = {NODE_LABEL: self._options.node_id, SPEC_LABEL: fingerprint}
        return {**self._options.labels, **own}

    def limits(self) -> dict[str, Any]:
        limits: dict[str, Any] = {"pids_limit": 4096}
        if mib := memory.limit(self._options):
            limits |= {"mem_limit": mib * MIB, "memswap_limit": mib * MIB}
        if self._vcpus:
            limits |= {"nano_cpus": self._vcpus * 1_000_000_000}
        return limits

    def host_config(self, api: Any, spec: ContainerSpec, restart: str) -> Any:
        """Nothing but its data, its temporary files and its sockets is writable inside."""
        return api.create_host_config(
            binds=self._binds(spec),
            mounts=self._mounts(spec),
            tmpfs={} if self.scratch else {"/tmp": f"size={self._tmp_size()}m,mode=1777"},
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true"],
            ipc_mode="private",
            restart_policy={"Name": restart},
            log_config=_LOG,
            network_mode=self._options.docker_network or "bridge",
            port_bindings=self._ports(spec),
            **self.limits(),
        )

    def networking(self, api: Any) -> Any:
        name = self._options.docker_network
        if not name:
            return None
        endpoint = api.create_endpoint_config(ipv4_address=self._options.address)
        return api.create_networking_config({name: endpoint})

    def _network(self) -> list[str | None]:
        return [self._options.docker_network, self._options.address, self.data_source]

    def _ports(self, spec: ContainerSpec) -> dict[str, tuple[str, int]]:
        address = self._options.publish_address
        return {f"{spec.port}/tcp": (address, spec.port)} if address else {}

    def _binds(self, spec: ContainerSpec) -> list[str]:
        binds = dict(spec.folders)
        if not self.on_folder:
            binds[self.data_source] = spec.data_path
        writable = [f"{source}:{target}:rw" for source, target in binds.items()]
        return writable + [f"{source}:{target}:ro" for source, target in spec.read_only.items()]

    def _mounts(self, spec: ContainerSpec) -> list[Mount]:
        """The volume's folders. Where it is not mounted they are not there, and Docker refuses."""
        if not self.scratch:
            return []
        return [
            Mount(spec.data_path, self.data_source, type="bind"),
            Mount("/tmp", str(self.scratch), type="bind"),
        ]

    def _tmp_size(self) -> int:
        return max(64, int(self._options.memory) // 4)

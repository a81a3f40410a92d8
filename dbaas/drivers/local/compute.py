"""Servers: each a folder with a configuration file, and an agent that runs from it."""

import configparser
import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from docker import DockerClient, errors
from oslo_config import cfg

from dbaas.conf import instances
from dbaas.drivers import CloudFlavor, CloudRefused, Server, ServerLook, ServerSpec
from dbaas.drivers.local.agents import Agents
from dbaas.drivers.local.errors import docker_errors
from dbaas.drivers.local.registry import Registry


class LocalCompute:
    def __init__(
        self,
        conf: cfg.ConfigOpts,
        registry: Registry,
        engine: DockerClient,
        agents: Agents,
        folder: Path,
    ) -> None:
        self._conf = conf
        self._registry = registry
        self._engine = engine
        self._agents = agents
        self._folder = folder

    def resume(self) -> None:
        """Start the agents of all servers that have none, as a host that boots would."""
        for server in self._registry.all_of("server"):
            if (file := self._file(server.name)).exists():
                self._agents.ensure(server.name, file)

    def flavors(self) -> Sequence[CloudFlavor]:
        return [_flavor(text) for text in self._conf.local.flavors]

    def ensure_server(self, spec: ServerSpec) -> Server:
        server = self._registry.ensure("server", spec.name)
        file = self._file(spec.name)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(file, spec)
        self._agents.ensure(spec.name, file)
        return Server(server.id, ready=True)

    def ensure_no_server(self, name: str) -> bool:
        self._file(name).unlink(missing_ok=True)  # first, so that nobody starts its agent again
        self._agents.ensure_none(name, self._file(name))
        with docker_errors("removing the container"), contextlib.suppress(errors.NotFound):
            self._engine.containers.get(name).remove(force=True, v=False)
        shutil.rmtree(self._folder / name, ignore_errors=True)
        self._registry.remove("server", name)
        return True

    def ensure_flavor(self, name: str, flavor: CloudFlavor, attempt: str) -> Server:
        raise CloudRefused("Flavors of databases on this machine can't be changed yet.")

    def ensure_attached(self, name: str, volume_id: str) -> bool:
        return True

    def ensure_detached(self, name: str, volume_id: str) -> bool:
        return True

    def look(self, name: str) -> ServerLook | None:
        known = {server.name for server in self._registry.all_of("server")}
        return ServerLook("ACTIVE") if name in known else None

    def statuses(self) -> Mapping[str, str]:
        return {server.id: "ACTIVE" for server in self._registry.all_of("server")}

    def _file(self, name: str) -> Path:
        return self._folder / name / "guest.conf"

    def _write(self, file: Path, spec: ServerSpec) -> None:
        guest = {
            **spec.guest,
            "repository": spec.image.repository,
            "state_dir": str(file.parent / "state"),
            "container": spec.name,
            "volume": spec.volume.id or spec.name,
            "docker_network": self._conf.local.network,
            "address": spec.port.address,
            "memory": str(spec.flavor.ram),
            "vcpus": str(spec.flavor.vcpus),
            **instances.for_guests(self._conf),
            "probe_interval": "2",
            "labels": ",".join(f"{key}:{value}" for key, value in self._conf.local.labels.items()),
        }
        if spec.floating_ip is not None:
            guest["publish_address"] = spec.floating_ip.address
        parser = configparser.ConfigParser(interpolation=None)
        parser["DEFAULT"] = {
            "transport_url": self._conf.transport_url or "rabbit://",
            "control_exchange": self._conf.control_exchange,
        }
        parser["guest"] = guest
        draft = file.with_suffix(".draft")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
            parser.write(text)
        draft.rename(file)  # a file that is there is whole


def _flavor(text: str) -> CloudFlavor:
    """Parse id:name:MiB:processors:GiB."""
    flavor_id, name, ram, vcpus, disk = text.split(":")
    return CloudFlavor(flavor_id, name, int(ram), int(vcpus), int(disk))

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
            self._configure(file, spec)
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
        file, draft, limits = self._file(name), self._draft(name), _limits(flavor)
        if draft.exists():  # an earlier call was killed
            self._reboot(name)
        if not file.exists():
            raise CloudRefused("The server is not there any more.")
        parser = _read(file)
        if not limits.items() <= dict(parser["guest"]).items():
            parser["guest"].update(limits)
            _write(draft, parser)
            self._reboot(name)
        self._agents.ensure(name, file)
        return Server(self._registry.ensure("server", name).id, ready=True)

    def _reboot(self, name: str) -> None:
        """End the agent, and put the next configuration into place for another one."""
        file = self._file(name)
        file.unlink(missing_ok=True)  # first, so that nobody starts it again meanwhile
        self._agents.ensure_none(name, file)
        self._draft(name).rename(file)

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

    def _draft(self, name: str) -> Path:
        """What the next file will be; while there is only it, the server is off."""
        return self._file(name).with_suffix(".next")

    def _configure(self, file: Path, spec: ServerSpec) -> None:
        guest = {
            **spec.guest,
            "repository": spec.image.repository,
            "state_dir": str(file.parent / "state"),
            "container": spec.name,
            "volume": spec.volume.id or spec.name,
            "docker_network": self._conf.local.network,
            "address": spec.port.address,
            **_limits(spec.flavor),
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
        _write(file, parser)


def _limits(flavor: CloudFlavor) -> dict[str, str]:
    return {"memory": str(flavor.ram), "vcpus": str(flavor.vcpus)}


def _read(file: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(file)
    return parser


def _write(file: Path, parser: configparser.ConfigParser) -> None:
    """A file that is there is whole. It may hold the broker's password."""
    draft = file.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
        parser.write(text)
    draft.rename(file)


def _flavor(text: str) -> CloudFlavor:
    """Parse id:name:MiB:processors:GiB."""
    flavor_id, name, ram, vcpus, disk = text.split(":")
    return CloudFlavor(flavor_id, name, int(ram), int(vcpus), int(disk))

"""Servers, in Nova."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from novaclient import exceptions
from oslo_config import cfg

from dbaas.drivers import CloudFlavor, CloudRefused, Port, Server, ServerLook, ServerSpec
from dbaas.drivers.openstack.duplicates import one_of
from dbaas.drivers.openstack.errors import cloud_errors, plain
from dbaas.drivers.openstack.resize import confirm, is_of, resize
from dbaas.drivers.openstack.session import Clients
from dbaas.drivers.openstack.user_data import user_data

_OURS = "dbaas"
"""A tag of all our servers; each has its own name as another."""
_CONSOLE_LINES = 30
_CONSOLE_WIDTH = 200


class NovaCompute:
    def __init__(self, clients: Clients, conf: cfg.ConfigOpts) -> None:
        self._clients = clients
        self._conf = conf

    @property
    def _servers(self) -> Any:
        return self._clients.nova.servers

    def flavors(self) -> Sequence[CloudFlavor]:
        with cloud_errors("Nova"):
            return [
                CloudFlavor(each.id, each.name, each.ram, each.vcpus, each.disk, each.ephemeral)
                for each in self._clients.nova.flavors.list(is_public=True)
            ]

    def ensure_server(self, spec: ServerSpec) -> Server:
        with cloud_errors("Nova"):
            servers = self._all(spec.name)
            server = self._one_of(servers)
            if server is None:
                return Server(self._boot(spec).id, ready=False)
            found = _as_server(server)
            if found.ready and len(servers) > 1:
                return replace(found, ready=False)  # those that go may still take its ports away
        if found.ready and not self._has_ports(server.id, spec):
            with cloud_errors("Nova"):
                self._delete(server)
            return replace(found, ready=False)
        return found

    def ensure_no_server(self, name: str) -> bool:
        with cloud_errors("Nova"):
            servers = self._all(name)
            for server in servers:
                if _task(server) != "deleting":
                    self._delete(server)
        return not servers

    def ensure_flavor(self, name: str, flavor: CloudFlavor, attempt: str) -> Server:
        with cloud_errors("Nova"):
            server = self._need(name)
            if server.status == "ERROR":
                return _as_server(server)
            fault = None
            if _is_idle(server, "VERIFY_RESIZE"):
                confirm(server)
            elif is_of(server, flavor):
                if _is_idle(server, "SHUTOFF"):
                    server.start()
                return _as_server(server)
            elif _is_idle(server, "ACTIVE", "SHUTOFF"):
                fault = resize(self._clients.nova, server, flavor, attempt)
            return Server(server.id, ready=False, fault=fault)

    def ensure_attached(self, name: str, volume_id: str) -> bool:
        server = self._need(name)
        with cloud_errors("Nova"):
            if not self._has(server, volume_id):
                self._clients.nova.volumes.create_server_volume(server.id, volume_id)
                return False
        return self._volume_status(volume_id) == "in-use"

    def ensure_detached(self, name: str, volume_id: str) -> bool:
        server = self._need(name)
        status = self._volume_status(volume_id)
        if status == "in-use":
            with cloud_errors("Nova"):
                if self._has(server, volume_id):
                    self._clients.nova.volumes.delete_server_volume(server.id, volume_id)
        return status == "available"

    def look(self, name: str) -> ServerLook | None:
        with cloud_errors("Nova"):
            server = self._find(name)
            return server and ServerLook(server.status, self._console(server))

    def statuses(self) -> Mapping[str, str]:
        with cloud_errors("Nova"):
            ours = self._servers.list(search_opts={"tags": _OURS}, limit=-1)
            return {server.id: server.status for server in ours}

    def _all(self, name: str) -> list[Any]:
        """Of our project: Nova lists those of others for an administrator only if asked to."""
        return list(self._servers.list(search_opts={"tags": f"{_OURS},{name}"}))

    def _find(self, name: str) -> Any:
        return self._one_of(self._all(name))

    def _one_of(self, servers: Sequence[Any]) -> Any:
        """Where an answer was lost two can be there: one gets the port, the other fails."""
        return one_of(servers, lambda each: each.status != "ERROR", self._delete, "created")

    def _has_ports(self, server_id: str, spec: ServerSpec) -> bool:
        """Nova takes all ports that a failed server should have had, whoever has them now."""
        with cloud_errors("Neutron"):
            bound = self._clients.neutron.ports(device_id=server_id)
            return {port.id for port in _ports(spec)} <= {port.id for port in bound}

    def _need(self, name: str) -> Any:
        with cloud_errors("Nova"):
            server = self._find(name)
        if server is None:
            raise CloudRefused("The server is not there any more.")
        return server

    def _delete(self, server: Any) -> None:
        try:
            server.delete()
        except exceptions.NotFound:
            return

    def _boot(self, spec: ServerSpec) -> Any:
        return self._servers.create(
            name=spec.display_name,
            image=spec.image.id,
            flavor=spec.flavor.id,
            nics=[{"port-id": port.id} for port in _ports(spec)],
            block_device_mapping_v2=_disks(spec),
            key_name=self._conf.nova_keypair,
            availability_zone=spec.availability_zone,
            config_drive=self._conf.use_nova_server_config_drive,
            userdata=user_data(self._conf, spec),
            tags=[_OURS, spec.name],
            meta=_metadata(spec),
        )

    def _has(self, server: Any, volume_id: str) -> bool:
        attached = self._clients.nova.volumes.get_server_volumes(server.id)
        return any(each.volumeId == volume_id for each in attached)

    def _volume_status(self, volume_id: str) -> str:
        with cloud_errors("Cinder"):
            return str(self._clients.cinder.get_volume(volume_id).status)

    def _console(self, server: Any) -> Sequence[str]:
        """What a guest wrote, made harmless. Not all hypervisors and states have it."""
        try:
            text = server.get_console_output(_CONSOLE_LINES) or ""
        except (exceptions.Conflict, exceptions.NotFound, exceptions.HTTPNotImplemented):
            return ()
        lines = [_printable(line)[:_CONSOLE_WIDTH] for line in text.splitlines()]
        return [line for line in lines if line.strip()][-_CONSOLE_LINES:]


def _ports(spec: ServerSpec) -> list[Port]:
    return [port for port in (spec.port, spec.management_port) if port is not None]


def _disks(spec: ServerSpec) -> list[dict[str, Any]] | None:
    if spec.volume.id is None:
        return None
    return [
        {
            "uuid": spec.volume.id,
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": -1,
            "delete_on_termination": False,
        }
    ]


def _metadata(spec: ServerSpec) -> dict[str, str]:
    return {
        "dbaas_node": spec.name,
        "dbaas_project": spec.project_id,
        "dbaas_datastore": spec.guest.get("datastore", ""),
    }


def _as_server(server: Any) -> Server:
    if server.status == "ERROR":
        if not hasattr(server, "fault"):
            server.get()  # Nova writes it a moment after the status
        fault = getattr(server, "fault", {})
        words = plain(fault.get("message", "")) or "it gives no reason"
        return Server(server.id, ready=False, fault=f"Nova says: {words}")
    return Server(server.id, ready=_is_idle(server, "ACTIVE"))


def _is_idle(server: Any, *statuses: str) -> bool:
    return server.status in statuses and _task(server) is None


def _task(server: Any) -> str | None:
    task: str | None = getattr(server, "OS-EXT-STS:task_state", None)
    return task


def _printable(line: str) -> str:
    return "".join(each for each in line if unicodedata.category(each)[0] != "C")

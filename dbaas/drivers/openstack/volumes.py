"""Volumes, in Cinder; or none, where data lies on the flavor's ephemeral disk."""

from typing import Any

from novaclient import exceptions as nova_exceptions
from openstack import exceptions
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, NeedsDetached, Volume
from dbaas.drivers.openstack.duplicates import one_of
from dbaas.drivers.openstack.errors import cloud_errors, plain
from dbaas.drivers.openstack.session import Clients

_MAKING = ("creating", "downloading")
_FREE = "available"
_THERE = (_FREE, "reserved", "attaching", "in-use", "detaching")
_EXTEND_ATTACHED = "3.42"
_ATTACHMENTS = "3.27"
_MESSAGES = "3.5"


class EphemeralVolumes:
    """The server has its disk from Nova."""

    def ensure_volume(
        self, name: str, size: int, volume_type: str | None, availability_zone: str | None
    ) -> Volume:
        return Volume(None, ready=True)

    def ensure_size(self, name: str, size: int) -> Volume:
        raise CloudRefused("Data is on the server's own disk, whose size is the flavor's.")

    def ensure_no_volume(self, name: str) -> bool:
        return True


class CinderVolumes:
    def __init__(self, clients: Clients, conf: cfg.ConfigOpts) -> None:
        self._clients = clients
        self._conf = conf

    def ensure_volume(
        self, name: str, size: int, volume_type: str | None, availability_zone: str | None
    ) -> Volume:
        cinder = self._clients.cinder
        with cloud_errors("Cinder"):
            volume = self._find(name) or cinder.create_volume(
                name=name,
                description="Made by dbaas.",
                size=size,
                volume_type=volume_type or self._conf.cinder_volume_type,
                availability_zone=availability_zone if self._conf.enable_volume_az else None,
                metadata={"dbaas_node": name},
            )
            return self._as_made(volume)

    def ensure_size(self, name: str, size: int) -> Volume:
        with cloud_errors("Cinder"):
            volume = self._find(name)
            if volume is None:
                raise CloudRefused("The volume is not there any more.")
            if volume.status == "error_extending":
                return self._after_failed_extension(volume)
            if volume.size >= size and volume.status in _THERE:
                return Volume(volume.id, ready=True)
            if volume.status in (_FREE, "in-use"):
                self._extend(volume, size)
            elif volume.status.startswith("error"):
                return self._as_made(volume)
            return Volume(volume.id, ready=False)

    def ensure_no_volume(self, name: str) -> bool:
        with cloud_errors("Cinder"):
            volumes = self._all(name)
            for volume in volumes:
                self._delete(volume)
        return not volumes

    def _all(self, name: str) -> list[Any]:
        project = self._clients.project_id
        found = self._clients.cinder.volumes(name=name)
        return [volume for volume in found if volume.project_id in (None, project)]

    def _find(self, name: str) -> Any:
        cinder = self._clients.cinder
        return one_of(
            self._all(name),
            lambda volume: bool(volume.attachments),
            lambda volume: volume.status in (_FREE, "error") and cinder.delete_volume(volume.id),
        )

    def _as_made(self, volume: Any) -> Volume:
        if volume.status in _THERE:
            return Volume(volume.id, ready=True)
        if volume.status.startswith("error"):
            return Volume(volume.id, ready=False, fault=self._why(volume))
        return Volume(volume.id, ready=False)

    def _extend(self, volume: Any, size: int) -> None:
        """Ask for it. Cinder does it, and has Nova tell the guest where it is attached."""
        if volume.status == _FREE:
            self._clients.cinder.extend_volume(volume.id, size)
            return
        if not self._conf.online_volume_resize:
            raise NeedsDetached("Volumes are not grown while they are attached.")
        try:
            self._act(volume, {"os-extend": {"new_size": size}}, _EXTEND_ATTACHED)
        except (exceptions.BadRequestException, exceptions.NotSupported) as error:
            raise NeedsDetached(f"Cinder says: {plain(str(error.details))}") from error

    def _after_failed_extension(self, volume: Any) -> Volume:
        """Nothing was lost: only Cinder's word for it has to be set right."""
        why = self._why(volume)
        is_attached = bool(volume.attachments)
        status = "in-use" if is_attached else _FREE
        self._act(volume, {"os-reset_status": {"status": status}})
        if is_attached:
            raise NeedsDetached(why)
        return Volume(volume.id, ready=False, fault=why)

    def _delete(self, volume: Any) -> None:
        if volume.attachments:
            self._drop_left_attachments(volume)
        elif volume.status == "error_deleting":
            self._act(volume, {"os-force_delete": {}})
            raise CloudError(self._why(volume))
        elif volume.status == _FREE or volume.status.startswith("error"):
            self._clients.cinder.delete_volume(volume.id)
        elif volume.status in ("reserved", "attaching", "detaching"):
            self._drop_left_attachments(volume)

    def _why(self, volume: Any) -> str:
        """Cinder tells it apart from the volume."""
        answer = self._clients.cinder.get(
            "/messages", params={"resource_uuid": volume.id}, microversion=_MESSAGES
        )
        messages = answer.json().get("messages", []) if answer.ok else []
        newest = max(messages, key=lambda each: each["created_at"], default=None)
        said = plain(newest["user_message"]) if newest else "it gives no reason"
        return f"The volume is in the state {volume.status}. Cinder says: {said}"

    def _act(self, volume: Any, action: dict[str, Any], microversion: str | None = None) -> None:
        answer = self._clients.cinder.post(
            f"/volumes/{volume.id}/action", json=action, microversion=microversion
        )
        exceptions.raise_from_response(answer)

    def _drop_left_attachments(self, volume: Any) -> None:
        """Nova leaves them where Cinder was away while a server was deleted."""
        cinder = self._clients.cinder
        answer = cinder.get(
            "/attachments/detail",
            params={"volume_id": volume.id},
            microversion=_ATTACHMENTS,
        )
        exceptions.raise_from_response(answer)
        for attachment in answer.json()["attachments"]:
            if not self._is_server(attachment["instance"]):
                gone = cinder.delete(f"/attachments/{attachment['id']}", microversion=_ATTACHMENTS)
                exceptions.raise_from_response(gone)

    def _is_server(self, server_id: str) -> bool:
        with cloud_errors("Nova"):
            try:
                self._clients.nova.servers.get(server_id)
            except nova_exceptions.NotFound:
                return False
            return True

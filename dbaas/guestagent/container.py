"""The container of the database, by way of the Docker engine beside the agent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import docker
import requests
from docker import errors
from oslo_config import cfg

from dbaas.guestagent import volume
from dbaas.guestagent.container_spec import NODE_LABEL, SPEC_LABEL, ContainerSpec, Placement
from dbaas.guestagent.data_volume import DataVolume
from dbaas.guestagent.errors import ContainerError

LOG = logging.getLogger(__name__)

_CALL_TIMEOUT = 180
_EMPTY = 'cd "$1" && rm -rf ..?* .[!.]* *'


@dataclass(frozen=True)
class ContainerState:
    running: bool
    status: str
    """Docker's word: created, running, restarting, exited, dead, …"""
    restarts: int
    """How often Docker started it again by itself."""
    exit_code: int
    out_of_memory: bool
    error: str
    address: str | None


@contextmanager
def _docker_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except errors.APIError as error:
        said = error.explanation or str(error)
        raise ContainerError(f"{doing}: {said}"[:500]) from error
    except (errors.DockerException, requests.RequestException) as error:
        raise ContainerError(f"{doing}: Docker does not answer") from error


class Container:
    def __init__(self, options: cfg.ConfigOpts.GroupAttr, data: DataVolume) -> None:
        self._options = options
        self._data = data
        self.name = str(options.container)

    @cached_property
    def _client(self) -> Any:
        return docker.DockerClient.from_env(timeout=_CALL_TIMEOUT)

    @cached_property
    def placement(self) -> Placement:
        with _docker_errors("looking at the machine"):
            return Placement(self._options, int(self._client.info()["NCPU"]))

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    def state(self) -> ContainerState | None:
        """None if there is no such container."""
        seen = self._inspect()
        if seen is None:
            return None
        state, networks = seen["State"], seen["NetworkSettings"]["Networks"].values()
        return ContainerState(
            running=state["Status"] in ("running", "paused"),
            status=state["Status"],
            restarts=seen["RestartCount"],
            exit_code=state["ExitCode"],
            out_of_memory=state["OOMKilled"],
            error=state["Error"],
            address=next((net["IPAddress"] for net in networks if net["IPAddress"]), None),
        )

    def ensure_running(self, spec: ContainerSpec) -> None:
        """Make and start what is not there or not running; make anew what is different."""
        with _docker_errors("the database's container cannot be started"):
            # At a boot Docker answers once it has tried what ran before. Without the volume that
            # fails, and so cannot be under way with what the server was before.
            seen = self._inspect()
            self._data.ensure_mounted()
            if seen is not None and not self._fits(seen, spec):
                LOG.info("container %s is made anew", self.name)
                self.remove(spec.stop_timeout)
                seen = None
            if seen is None:
                self._create(spec)
            if seen is None or seen["State"]["Status"] != "running":
                self._client.api.start(self.name)

    def stop(self, timeout: int) -> None:
        with _docker_errors("the database's container cannot be stopped"):
            self._client.api.stop(self.name, timeout=timeout)

    def remove(self, timeout: int) -> None:
        """Stop and remove it, if it is there; its volume stays."""
        with _docker_errors("the database's container cannot be removed"):
            try:
                self._client.api.stop(self.name, timeout=timeout)
                self._client.api.remove_container(self.name)
            except errors.NotFound:
                return

    def empty_volume(self, spec: ContainerSpec) -> None:
        """Delete what a first start that was cut short left behind. Removes the container."""
        self.remove(timeout=0)
        with _docker_errors("the volume cannot be emptied"):
            self._create(spec, ["/bin/sh", "-c", _EMPTY, "sh", spec.data_path])
            self._client.api.start(self.name)
            self._client.api.wait(self.name)
        self.remove(timeout=0)

    def log_lines(self, count: int) -> list[str]:
        with _docker_errors("the database's log cannot be read"):
            lines: bytes = self._client.api.logs(self.name, tail=count)
        return lines.decode(errors="replace").splitlines()

    def processor_seconds(self) -> int:
        """Processor time its processes have used since it was started."""
        with _docker_errors("the container cannot be measured"):
            usage = self._client.api.stats(self.name, stream=False, one_shot=True)
        return int(usage["cpu_stats"]["cpu_usage"]["total_usage"]) // 1_000_000_000

    def volume_used(self) -> int | None:
        """Bytes of the volume that are in use; None where that cannot be seen."""
        if self.placement.on_folder:
            return self._data.used()
        with _docker_errors("the volume cannot be found"):
            return volume.used(self._client.api.inspect_volume(self._options.volume)["Mountpoint"])

    def _inspect(self) -> Any:
        with _docker_errors("the database's container cannot be found"):
            try:
                return self._client.api.inspect_container(self.name)
            except errors.NotFound:
                return None

    def _fits(self, seen: Any, spec: ContainerSpec) -> bool:
        labels = seen["Config"]["Labels"] or {}
        if labels.get(NODE_LABEL) != self._options.node_id:
            raise ContainerError(f"a container {self.name} exists that is not this node's")
        return bool(labels.get(SPEC_LABEL) == self.placement.fingerprint(spec))

    def _create(self, spec: ContainerSpec, instead: list[str] | None = None) -> None:
        """Make it, to run the database, or once a command instead."""
        self._ensure_image(spec.image)
        api, placement = self._client.api, self.placement
        if placement.on_folder:
            volume.make_folders(self._options.volume)
        api.create_container(
            spec.image,
            instead and instead[1:],
            name=self.name,
            user=spec.user,
            entrypoint=instead and instead[:1],
            labels=placement.labels("once" if instead else placement.fingerprint(spec)),
            environment=dict(spec.environment),
            ports=[spec.port],
            stop_timeout=spec.stop_timeout,
            host_config=placement.host_config(api, spec, "no" if instead else "unless-stopped"),
            networking_config=placement.networking(api),
        )
        if placement.on_folder:
            volume.own(self._client, self.name, spec, self._options.volume)

    def _ensure_image(self, image: str) -> None:
        with _docker_errors(f"the image {image} cannot be pulled"):
            try:
                self._client.api.inspect_image(image)
            except errors.ImageNotFound:
                LOG.info("pulling %s", image)
                self._client.images.pull(image)

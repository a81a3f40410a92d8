"""Docker volumes. Docker can't limit their size: it is recorded, and counted in the quota."""

import contextlib
from collections.abc import Mapping
from typing import Any

from docker import DockerClient, errors

from dbaas.drivers import Volume
from dbaas.drivers.local.errors import docker_errors


class LocalVolumes:
    def __init__(self, engine: DockerClient, labels: Mapping[str, str]) -> None:
        self._engine = engine
        self._labels = dict(labels)

    def ensure_volume(
        self, name: str, size: int, volume_type: str | None, availability_zone: str | None
    ) -> Volume:
        labels: dict[str, Any] = {**self._labels, "dbaas.size": str(size)}
        with docker_errors("making the volume"):
            # Docker answers with the existing volume where there is one of that name.
            volume = self._engine.volumes.create(name, labels=labels)
        return Volume(str(volume.id), ready=True)

    def ensure_size(self, name: str, size: int) -> Volume:
        return Volume(name, ready=True)

    def ensure_no_volume(self, name: str) -> bool:
        with docker_errors("removing the volume"), contextlib.suppress(errors.NotFound):
            self._engine.volumes.get(name).remove()
        return True

"""Docker volumes."""

import uuid

import pytest
from docker import DockerClient, errors
from oslo_config import cfg

from dbaas.drivers import CloudError
from dbaas.drivers.local.volumes import LocalVolumes


@pytest.fixture
def name() -> str:
    return f"dbaas-test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def volumes(local: cfg.ConfigOpts, engine: DockerClient) -> LocalVolumes:
    return LocalVolumes(engine, local.local.labels)


def test_volume_is_made_once_and_removed(
    volumes: LocalVolumes, engine: DockerClient, name: str
) -> None:
    made = volumes.ensure_volume(name, 3, None, None)
    assert made.ready
    assert volumes.ensure_volume(name, 3, None, None) == made
    seen = engine.volumes.get(name).attrs or {}
    assert seen["Labels"] == {"dbaas.test": "yes", "dbaas.size": "3"}
    for _ in range(2):
        volumes.ensure_no_volume(name)
        with pytest.raises(errors.NotFound):
            engine.volumes.get(name)


def test_volume_in_use_is_not_removed(
    volumes: LocalVolumes,
    local: cfg.ConfigOpts,
    engine: DockerClient,
    name: str,
    empty_image: str,
) -> None:
    volumes.ensure_volume(name, 1, None, None)
    engine.containers.create(
        empty_image, "/none", labels=local.local.labels, volumes=[f"{name}:/x"]
    )
    with pytest.raises(CloudError, match=r"removing the volume: .*in use"):
        volumes.ensure_no_volume(name)
    assert engine.volumes.get(name)


def test_engine_that_is_away(local: cfg.ConfigOpts, no_engine: DockerClient) -> None:
    volumes = LocalVolumes(no_engine, local.local.labels)
    with pytest.raises(CloudError, match="making the volume: the Docker engine does not answer"):
        volumes.ensure_volume("a", 1, None, None)
    with pytest.raises(CloudError, match="removing the volume: the Docker engine"):
        volumes.ensure_no_volume("a")

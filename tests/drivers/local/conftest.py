"""A Docker network, volumes and containers of each test's own, removed at its end."""

import io
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker import DockerClient, errors
from oslo_config import cfg

from dbaas.drivers.local.registry import Registry
from tests import databases

LABEL = "dbaas.test"
SUBNET = "172.30.253.0/27"


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerClient]:
    try:
        engine = docker.from_env(timeout=30)
        engine.ping()
    except errors.DockerException:
        if databases.SQLITE_ONLY:
            pytest.skip("no Docker engine")
        pytest.fail("no Docker engine answers: run the tests with script/test", pytrace=False)
    yield engine
    engine.close()


@pytest.fixture
def engine(docker_engine: DockerClient) -> Iterator[DockerClient]:
    yield docker_engine
    ours: dict[str, str | list[str] | bool] = {"label": f"{LABEL}=yes"}
    for container in docker_engine.containers.list(all=True, filters=ours):
        container.remove(force=True)
    for volume in docker_engine.volumes.list(filters=ours):
        volume.remove(force=True)
    for network in docker_engine.networks.list(filters=ours):
        network.remove()


@pytest.fixture
def empty_image(engine: DockerClient) -> Iterator[str]:
    """For containers that are only made, never run."""
    name = f"dbaas-test-{uuid.uuid4().hex[:8]}:empty"
    archive = io.BytesIO()
    tarfile.open(fileobj=archive, mode="w").close()
    repository, _, tag = name.partition(":")
    engine.api.import_image_from_data(archive.getvalue(), repository=repository, tag=tag)
    yield name
    engine.images.remove(name, force=True)


@pytest.fixture
def local(conf: cfg.ConfigOpts, tmp_path: Path) -> cfg.ConfigOpts:
    """Options of a local cloud beside which others may run."""
    group = "local"
    conf.set_override("network", f"dbaas-test-{uuid.uuid4().hex[:8]}", group=group)
    conf.set_override("subnet", SUBNET, group=group)
    conf.set_override("labels", {LABEL: "yes"}, group=group)
    conf.set_override("state_dir", str(tmp_path / "cloud"), group=group)
    return conf


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "cloud.sqlite")


@pytest.fixture
def no_engine(tmp_path: Path) -> Iterator[DockerClient]:
    """A Docker engine that is away."""
    client = DockerClient(base_url=f"unix://{tmp_path}/nothing.sock", version="1.41", timeout=1)
    yield client
    client.close()

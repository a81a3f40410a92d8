"""Servers: folders, agents and containers."""

import stat
from pathlib import Path

import pytest
from docker import DockerClient, errors
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.drivers import (
    CloudError,
    CloudFlavor,
    CloudRefused,
    FloatingIP,
    Image,
    Port,
    ServerSpec,
    Volume,
)
from dbaas.drivers.local.compute import LocalCompute
from dbaas.drivers.local.registry import Registry

NAME = "dbaas-test-server"
SPEC = ServerSpec(
    name=NAME,
    display_name="shop",
    project_id="project-1",
    flavor=CloudFlavor("1", "small", ram=512, vcpus=2, disk=1),
    image=Image("1", "mysql", "mysql"),
    port=Port("p", "172.30.253.9"),
    volume=Volume("v", ready=True),
    floating_ip=FloatingIP("f", "127.87.79.9"),
    guest={"node_id": "node-1", "datastore": "mysql"},
)


class FakeAgents:
    """Remembers which agents should run."""

    def __init__(self) -> None:
        self.running: dict[str, Path] = {}
        self.ended: list[str] = []
        self.refusal: str | None = None

    def ensure(self, name: str, config_file: Path) -> None:
        assert config_file.exists()
        self.running[name] = config_file

    def ensure_none(self, name: str, config_file: Path) -> None:
        if self.refusal:
            raise CloudError(self.refusal)
        self.running.pop(name, None)
        self.ended.append(name)


@pytest.fixture
def agents() -> FakeAgents:
    return FakeAgents()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "servers"


@pytest.fixture
def compute(
    local: cfg.ConfigOpts,
    registry: Registry,
    engine: DockerClient,
    agents: FakeAgents,
    folder: Path,
) -> LocalCompute:
    return LocalCompute(local, registry, engine, agents, folder)


def test_server_is_made_once(compute: LocalCompute, agents: FakeAgents, folder: Path) -> None:
    made = compute.ensure_server(SPEC)
    file = folder / NAME / "guest.conf"
    before = file.read_text()
    assert compute.ensure_server(SPEC) == made
    assert made.ready
    assert agents.running == {NAME: file}
    assert file.read_text() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "it may hold the broker's password"


def test_agents_configuration(compute: LocalCompute, local: cfg.ConfigOpts, folder: Path) -> None:
    compute.ensure_server(SPEC)
    guest = dbaas_conf.load(files=[str(folder / NAME / "guest.conf")])
    assert (guest.guest.node_id, guest.guest.datastore) == ("node-1", "mysql")
    assert (guest.guest.memory, guest.guest.vcpus) == (512, 2)
    assert (guest.guest.address, guest.guest.publish_address) == ("172.30.253.9", "127.87.79.9")
    assert guest.guest.docker_network == local.local.network
    assert guest.guest.labels == {"dbaas.test": "yes"}
    assert (guest.guest.container, guest.guest.volume) == (NAME, "v")
    assert guest.transport_url == "fake://"


BIG = CloudFlavor("2", "big", ram=2048, vcpus=4, disk=1)


def _limits(folder: Path) -> tuple[int, int]:
    guest = dbaas_conf.load(files=[str(folder / NAME / "guest.conf")]).guest
    return guest.memory, guest.vcpus


def test_another_flavor_is_another_configuration(
    compute: LocalCompute, agents: FakeAgents, folder: Path
) -> None:
    made = compute.ensure_server(SPEC)
    file = folder / NAME / "guest.conf"
    before = file.read_text()
    assert compute.ensure_flavor(NAME, BIG, "a") == made
    assert _limits(folder) == (2048, 4)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert agents.ended == [NAME], "it has to read it"
    assert agents.running == {NAME: file}
    compute.ensure_flavor(NAME, BIG, "a")
    assert agents.ended == [NAME]
    compute.ensure_flavor(NAME, SPEC.flavor, "b")
    assert file.read_text() == before, "nothing else was changed"


def test_agent_that_does_not_end_is_not_started_from_the_old_file(
    compute: LocalCompute, agents: FakeAgents, folder: Path
) -> None:
    compute.ensure_server(SPEC)
    agents.refusal = "it is at work"
    for flavor in (BIG, SPEC.flavor):
        with pytest.raises(CloudError, match="at work"):
            compute.ensure_flavor(NAME, flavor, "a")
        assert not (folder / NAME / "guest.conf").exists()
    agents.refusal = None
    assert compute.ensure_flavor(NAME, SPEC.flavor, "b").ready
    assert _limits(folder) == (512, 2)
    assert NAME in agents.running


def test_flavor_of_a_server_that_is_gone(compute: LocalCompute) -> None:
    with pytest.raises(CloudRefused, match="not there"):
        compute.ensure_flavor(NAME, BIG, "a")


def test_removed_server_leaves_nothing(
    compute: LocalCompute,
    agents: FakeAgents,
    folder: Path,
    registry: Registry,
    engine: DockerClient,
    local: cfg.ConfigOpts,
    empty_image: str,
) -> None:
    compute.ensure_server(SPEC)
    engine.containers.create(empty_image, "/none", name=NAME, labels=local.local.labels)
    for _ in range(2):
        compute.ensure_no_server(NAME)
        assert agents.running == {}
        assert not (folder / NAME).exists()
        assert registry.all_of("server") == []
        with pytest.raises(errors.NotFound):
            engine.containers.get(NAME)


def test_agent_that_does_not_end_keeps_the_server_known(
    compute: LocalCompute, agents: FakeAgents, registry: Registry
) -> None:
    compute.ensure_server(SPEC)
    agents.refusal = "it is at work"
    with pytest.raises(CloudError, match="it is at work"):
        compute.ensure_no_server(NAME)
    assert [server.name for server in registry.all_of("server")] == [NAME]
    agents.refusal = None
    compute.ensure_no_server(NAME)
    assert registry.all_of("server") == []


def test_half_made_server_is_made_whole(
    compute: LocalCompute, agents: FakeAgents, registry: Registry, folder: Path
) -> None:
    known = registry.ensure("server", NAME)
    (folder / NAME).mkdir(parents=True)
    (folder / NAME / "guest.draft").write_text("half")
    compute.resume()
    assert agents.running == {}
    assert compute.ensure_server(SPEC).id == known.id
    assert "node-1" in (folder / NAME / "guest.conf").read_text()


def test_resume_starts_the_agents_again(compute: LocalCompute, agents: FakeAgents) -> None:
    compute.ensure_server(SPEC)
    agents.running.clear()
    compute.resume()
    assert list(agents.running) == [NAME]


def test_flavors(compute: LocalCompute, local: cfg.ConfigOpts) -> None:
    local.set_override("flavors", ["7:m1.odd:512:1:3"], group="local")
    assert compute.flavors() == [CloudFlavor("7", "m1.odd", ram=512, vcpus=1, disk=3)]


def test_engine_that_is_away(
    local: cfg.ConfigOpts,
    registry: Registry,
    no_engine: DockerClient,
    agents: FakeAgents,
    folder: Path,
) -> None:
    compute = LocalCompute(local, registry, no_engine, agents, folder)
    compute.ensure_server(SPEC)
    with pytest.raises(CloudError, match="removing the container: the Docker engine"):
        compute.ensure_no_server(NAME)
    assert [server.name for server in registry.all_of("server")] == [NAME], "forgotten too early"

"""The Docker network and the addresses in it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from docker import DockerClient
from oslo_config import cfg

from dbaas.drivers import CloudError, NotInCloud
from dbaas.drivers.local.networks import LocalNetworks
from dbaas.drivers.local.registry import Registry
from tests.drivers.local.conftest import LABEL, SUBNET


@pytest.fixture
def networks(local: cfg.ConfigOpts, registry: Registry, engine: DockerClient) -> LocalNetworks:
    return LocalNetworks(local.local, registry, engine)


def test_network_is_made_once(
    networks: LocalNetworks, local: cfg.ConfigOpts, engine: DockerClient
) -> None:
    assert networks.ensure_port("a", None) == networks.ensure_port("a", None)
    (made,) = engine.networks.list(names=[local.local.network])
    assert made.attrs is not None
    assert made.attrs["IPAM"]["Config"][0]["Subnet"] == SUBNET
    assert LABEL in made.attrs["Labels"]


def test_twenty_ports_at_once(networks: LocalNetworks) -> None:
    networks.ensure_port("first", None)
    with ThreadPoolExecutor(20) as pool:
        ports = list(pool.map(lambda n: networks.ensure_port(f"node-{n}", None), range(20)))
    assert len({port.address for port in ports}) == 20
    assert "172.30.253.1" not in {port.address for port in ports}, "that is the bridge"


def test_twenty_find_no_network(
    networks: LocalNetworks, local: cfg.ConfigOpts, engine: DockerClient
) -> None:
    """All but one may be refused, and are served when they ask again; one network is made."""

    def ensure(number: int) -> str | None:
        try:
            return networks.ensure_port(f"node-{number}", None).address
        except CloudError:
            return None

    with ThreadPoolExecutor(20) as pool:
        first = list(pool.map(ensure, range(20)))
        second = list(pool.map(ensure, range(20)))
    assert any(first)
    assert len(set(second)) == 20
    assert None not in second
    assert len(engine.networks.list(names=[local.local.network])) == 1


def test_ports_end(networks: LocalNetworks) -> None:
    for number in range(29):
        networks.ensure_port(f"node-{number}", None)
    with pytest.raises(CloudError, match="taken"):
        networks.ensure_port("one-more", None)
    networks.ensure_no_port("node-7")
    networks.ensure_no_port("node-7")
    networks.ensure_port("one-more", None)


def test_network_by_id(networks: LocalNetworks) -> None:
    (network,) = networks.networks()
    assert networks.ensure_port("a", network.id).address
    with pytest.raises(NotInCloud, match="no network moon"):
        networks.ensure_port("b", "moon")


def test_floating_ips(networks: LocalNetworks) -> None:
    port = networks.ensure_port("a", None)
    ip = networks.ensure_floating_ip("a", port)
    assert networks.ensure_floating_ip("a", port) == ip
    assert ip.address.startswith("127.87.79.")
    assert networks.ensure_floating_ip("b", port).address != ip.address
    networks.ensure_no_floating_ip("a")
    networks.ensure_no_floating_ip("a")
    assert networks.ensure_floating_ip("c", port).address == ip.address


def test_engine_that_is_away(
    local: cfg.ConfigOpts, registry: Registry, no_engine: DockerClient
) -> None:
    networks = LocalNetworks(local.local, registry, no_engine)
    with pytest.raises(CloudError, match=r"making the Docker network .* does not answer"):
        networks.ensure_port("a", None)
    assert registry.names("port") == []
    networks.ensure_no_port("a")

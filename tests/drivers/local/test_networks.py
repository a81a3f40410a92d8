"""The Docker network and the addresses in it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from docker import DockerClient
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, Nic, NotInCloud, Port
from dbaas.drivers.local.networks import LocalNetworks
from dbaas.drivers.local.registry import Registry
from tests.drivers.local.conftest import LABEL, SUBNET


@pytest.fixture
def networks(local: cfg.ConfigOpts, registry: Registry, engine: DockerClient) -> LocalNetworks:
    return LocalNetworks(local.local, registry, engine)


def port_on(networks: LocalNetworks, name: str) -> Port:
    (network,) = networks.networks()
    return networks.ensure_port(name, Nic(network.id), None)


def test_network_is_made_once(
    networks: LocalNetworks, local: cfg.ConfigOpts, engine: DockerClient
) -> None:
    assert port_on(networks, "a") == port_on(networks, "a")
    (made,) = engine.networks.list(names=[local.local.network])
    assert made.attrs is not None
    assert made.attrs["IPAM"]["Config"][0]["Subnet"] == SUBNET
    assert LABEL in made.attrs["Labels"]


def test_twenty_ports_at_once(networks: LocalNetworks) -> None:
    port_on(networks, "first")
    with ThreadPoolExecutor(20) as pool:
        ports = list(pool.map(lambda n: port_on(networks, f"node-{n}"), range(20)))
    assert len({port.address for port in ports}) == 20
    assert "172.30.253.1" not in {port.address for port in ports}, "that is the bridge"


def test_twenty_find_no_network(
    networks: LocalNetworks, local: cfg.ConfigOpts, engine: DockerClient
) -> None:
    """All but one may be refused, and are served when they ask again; one network is made."""

    def ensure(number: int) -> str | None:
        try:
            return port_on(networks, f"node-{number}").address
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
        port_on(networks, f"node-{number}")
    with pytest.raises(CloudError, match="taken"):
        port_on(networks, "one-more")
    networks.ensure_no_ports("node-7")
    networks.ensure_no_ports("node-7")
    port_on(networks, "one-more")


def test_network_by_id(networks: LocalNetworks) -> None:
    (network,) = networks.networks()
    assert networks.ensure_port("a", Nic(network.id), None).address
    with pytest.raises(NotInCloud, match="no network moon"):
        networks.ensure_port("b", Nic("moon"), None)
    with pytest.raises(CloudRefused, match="addresses itself"):
        networks.ensure_port("b", Nic(network.id, address="172.30.253.7"), None)


def test_floating_ips(networks: LocalNetworks) -> None:
    port = port_on(networks, "a")
    ip = networks.ensure_floating_ip("a", port, "p")
    assert networks.ensure_floating_ip("a", port, "p") == ip
    assert ip.address.startswith("127.87.79.")
    assert networks.ensure_floating_ip("b", port, "p").address != ip.address
    networks.ensure_no_floating_ip("a")
    networks.ensure_no_floating_ip("a")
    assert networks.ensure_floating_ip("c", port, "p").address == ip.address


def test_engine_that_is_away(
    local: cfg.ConfigOpts, registry: Registry, no_engine: DockerClient
) -> None:
    networks = LocalNetworks(local.local, registry, no_engine)
    with pytest.raises(CloudError, match=r"making the Docker network .* does not answer"):
        port_on(networks, "a")
    assert registry.all_of("port") == []
    networks.ensure_no_ports("a")


def test_a_server_stays_as_public_as_it_was_made(
    networks: LocalNetworks, registry: Registry
) -> None:
    port = port_on(networks, "a")
    registry.ensure("server", "private")
    with pytest.raises(CloudRefused, match="as public as it was made"):
        networks.ensure_floating_ip("private", port, "p")
    networks.ensure_no_floating_ip("private")

    made = networks.ensure_floating_ip("public", port, "p")
    registry.ensure("server", "public")
    assert networks.ensure_floating_ip("public", port, "p") == made
    with pytest.raises(CloudRefused, match="as public as it was made"):
        networks.ensure_no_floating_ip("public")
    registry.remove("server", "public")
    networks.ensure_no_floating_ip("public")

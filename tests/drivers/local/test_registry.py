"""The registry, under threads and processes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from dbaas.drivers import CloudError
from dbaas.drivers.local.registry import Registry

ADDRESSES = [f"10.0.0.{number}" for number in range(2, 62)]


def _names(registry: Registry) -> list[str]:
    return [port.name for port in registry.all_of("port")]


def test_same_name_is_the_same_resource(registry: Registry) -> None:
    made = registry.ensure("port", "a", ADDRESSES)
    assert registry.ensure("port", "a", ADDRESSES) == made
    assert made.address == "10.0.0.2"
    assert registry.ensure("server", "a").address is None
    assert _names(registry) == ["a"]


def test_removed_address_is_free_again(registry: Registry) -> None:
    for name in "abc":
        registry.ensure("port", name, ADDRESSES)
    registry.remove("port", "b")
    registry.remove("port", "b")
    assert _names(registry) == ["a", "c"]
    assert registry.ensure("port", "d", ADDRESSES).address == "10.0.0.3"


def test_kinds_do_not_share_addresses(registry: Registry) -> None:
    port = registry.ensure("port", "a", ADDRESSES)
    assert registry.ensure("floating IP", "a", ADDRESSES).address == port.address


def test_all_addresses_taken(registry: Registry) -> None:
    registry.ensure("port", "a", ADDRESSES[:1])
    with pytest.raises(CloudError, match="all 1 addresses for a port are taken"):
        registry.ensure("port", "b", ADDRESSES[:1])
    assert _names(registry) == ["a"]


def test_it_outlives_its_process(tmp_path: Path) -> None:
    made = Registry(tmp_path / "cloud.sqlite").ensure("port", "a", ADDRESSES)
    assert Registry(tmp_path / "cloud.sqlite").ensure("port", "a", ADDRESSES) == made


def _ensure_many(path: Path, names: list[str]) -> list[str]:
    registry = Registry(path)
    return [registry.ensure("port", name, ADDRESSES).address or "" for name in names]


def test_twenty_threads(tmp_path: Path) -> None:
    names = [f"node-{number}" for number in range(20)]
    path = tmp_path / "cloud.sqlite"
    with ThreadPoolExecutor(20) as pool:
        first = list(pool.map(lambda name: _ensure_many(path, [name]), names * 2))
    assert first[:20] == first[20:], "the same name has the same address"
    assert len({address for (address,) in first}) == 20


def test_four_processes(tmp_path: Path) -> None:
    path = tmp_path / "cloud.sqlite"
    own = [[f"node-{process}-{number}" for number in range(10)] for process in range(4)]
    shared = [f"shared-{number}" for number in range(10)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=context) as pool:
        answers = list(pool.map(_ensure_many, [path] * 4, [shared + names for names in own]))
    assert len({tuple(addresses[:10]) for addresses in answers}) == 1
    assert len({address for addresses in answers for address in addresses}) == 50

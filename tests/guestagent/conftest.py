"""One prepared database is shared by all tests that leave it as they found it."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.guestagent.nodes import Broker, Node

MakeNode = Callable[..., Node]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.close()


@pytest.fixture(scope="session")
def shared_node(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(broker, tmp_path_factory.mktemp("shared") / "state")
    node.start()
    job = node.prepare(
        databases=[{"name": "first"}],
        users=[{"name": "anna", "password": "first pa'ss", "databases": [{"name": "first"}]}],
    )
    assert job["state"] == "succeeded", job
    yield node
    node.close()


@pytest.fixture
def node(shared_node: Node) -> Iterator[Node]:
    """The shared node; what a test made inside the database is removed."""
    before = shared_node.look()
    yield shared_node
    if shared_node.call("ping")["status"] != "HEALTHY":
        assert shared_node.job("restart")["state"] == "succeeded"
    after = shared_node.look()
    if after["root_enabled"]:
        shared_node.call("disable_root")
    for user in after["users"]:
        if user["name"] not in [one["name"] for one in before["users"]]:
            shared_node.call("drop_user", name=user["name"], host=user["host"])
    for database in after["databases"]:
        if database["name"] not in [one["name"] for one in before["databases"]]:
            shared_node.call("drop_database", name=database["name"])


@pytest.fixture
def make_node(broker: Broker, tmp_path: Path) -> Iterator[MakeNode]:
    """Nodes of their own; their agents are not started."""
    made: list[Node] = []
    numbers = itertools.count()

    def make(**options: Any) -> Node:
        state_dir = options.pop("state_dir", tmp_path / f"state-{next(numbers)}")
        node = Node(broker, Path(state_dir), **options)
        made.append(node)
        return node

    yield make
    for node in made:
        node.close()

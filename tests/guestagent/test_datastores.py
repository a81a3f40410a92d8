import pytest

from dbaas.guestagent.agent import Agent
from tests.guestagent.conftest import MakeNode


def test_an_unknown_datastore_is_named(make_node: MakeNode) -> None:
    node = make_node(datastore="oracle")
    with pytest.raises(ValueError, match=r"'oracle'; known are: mysql"):
        Agent(node.conf, node.broker.transport)

import threading

import pytest

from dbaas.guestagent.errors import DatabaseDown, Stopping
from dbaas.guestagent.patience import Patience, _pause
from tests.guestagent.nodes import Node, container


def _patience(node: Node, idle: float = 60, limit: float = 60) -> Patience:
    return Patience(container(node.conf), threading.Event(), idle, limit)


def test_an_answer_ends_the_wait(shared_node: Node) -> None:
    answers = iter([None, "8.4"])
    assert _patience(shared_node).wait(lambda: next(answers)) == "8.4"


def test_a_database_that_does_not_get_on_is_given_up(shared_node: Node) -> None:
    with pytest.raises(DatabaseDown, match="nor get on"):
        _patience(shared_node, idle=0.1).wait(lambda: None)


def test_there_is_a_limit_at_any_rate(shared_node: Node) -> None:
    with pytest.raises(DatabaseDown, match="within 0 s"):
        _patience(shared_node, limit=0.1).wait(lambda: None)


def test_secrets_are_kept_out_of_the_reason(shared_node: Node) -> None:
    patience = Patience(
        container(shared_node.conf), threading.Event(), limit=0.1, secrets=["mysqld"]
    )
    with pytest.raises(DatabaseDown) as down:
        patience.wait(lambda: None)
    assert "mysqld" not in str(down.value)


def test_a_stop_ends_the_wait(shared_node: Node) -> None:
    patience = _patience(shared_node)
    patience.stopping.set()
    with pytest.raises(Stopping):
        patience.wait(lambda: None)


def test_a_container_that_is_gone_is_not_waited_for(shared_node: Node) -> None:
    conf = shared_node.broker.conf()
    conf.set_override("container", "dbaas-test-none", "guest")
    with pytest.raises(DatabaseDown, match="was removed"):
        Patience(container(conf), threading.Event()).wait(lambda: None)


@pytest.mark.parametrize(("look", "pause"), [(0.001, 0.03), (0.1, 0.5), (10, 1)])
def test_looking_leaves_the_database_the_processors(look: float, pause: float) -> None:
    assert _pause(look) == pause

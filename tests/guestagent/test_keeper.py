"""A database that is down though nobody stopped it."""

from dbaas.db.states import DatabaseStatus
from dbaas.guestagent.keeper import Keeper
from tests.guestagent.nodes import Node


def test_a_database_that_was_stopped_behind_our_back_comes_up_again(node: Node) -> None:
    seq = node.call("ping")["seq"]
    node.container.stop()
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] != "HEALTHY", seq)
    down = max(one["seq"] for one in node.broker.mailbox.of(node.id))
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "HEALTHY", down)
    assert node.can_login("anna", "first pa'ss", "first")


def test_one_that_stays_down_is_tried_ever_less_often() -> None:
    started: list[str] = []
    keeper = Keeper(started.append)
    for _ in range(100):
        keeper.see(DatabaseStatus.SHUTDOWN)
    assert len(started) == 1


def test_nothing_is_started_that_runs_or_is_being_made() -> None:
    started: list[str] = []
    keeper = Keeper(started.append)
    for status in DatabaseStatus:
        if status is not DatabaseStatus.SHUTDOWN:
            keeper.see(status)
    assert started == []

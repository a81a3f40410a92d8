from typing import Any

import pytest

from dbaas.rpc.guest import Refused
from tests.guestagent.nodes import Node


def _names(answer: dict[str, Any]) -> list[str]:
    return [row["name"] for row in answer["inventory"]["databases"]]


@pytest.mark.parametrize(
    ("row", "character_set", "collate"),
    [
        ({}, "utf8mb4", "utf8mb4_0900_ai_ci"),
        ({"character_set": None, "collate": None}, "utf8mb4", "utf8mb4_0900_ai_ci"),
        ({"character_set": "latin1"}, "latin1", "latin1_swedish_ci"),
        ({"collate": "latin1_bin"}, "latin1", "latin1_bin"),
        ({"character_set": "UTF8MB4", "collate": "utf8mb4_bin"}, "utf8mb4", "utf8mb4_bin"),
        ({"character_set": "utf8", "collate": "utf8_general_ci"}, "utf8mb3", "utf8mb3_general_ci"),
    ],
)
def test_a_database_has_its_character_set(
    node: Node, row: dict[str, Any], character_set: str, collate: str
) -> None:
    answer = node.call("create_databases", databases=[{"name": "made", **row}])
    made = answer["inventory"]["databases"][-1]
    assert made == {"name": "made", "character_set": character_set, "collate": collate}


@pytest.mark.parametrize(
    "row",
    [
        {"character_set": "none"},
        {"collate": "none"},
        {"character_set": "latin1", "collate": "utf8mb4_bin"},
        {"character_set": "latin1; DROP DATABASE first"},
        {"collate": "latin1_bin COMMENT"},
        {"character_set": "`"},
    ],
)
def test_an_unknown_character_set_is_refused_and_nothing_is_made(
    node: Node, row: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        node.call("create_databases", databases=[{"name": "good"}, {"name": "bad", **row}])
    assert refused.value.code == "invalid"
    assert [one["name"] for one in node.look()["databases"]] == ["first"]


def test_a_second_one_of_a_name_is_refused(node: Node) -> None:
    node.call("create_databases", databases=[{"name": "one"}])
    with pytest.raises(Refused, match="one exists") as refused:
        node.call("create_databases", databases=[{"name": "two"}, {"name": "one"}])
    assert refused.value.code == "exists"
    with pytest.raises(Refused, match="twice"):
        node.call("create_databases", databases=[{"name": "two"}, {"name": "two"}])
    assert [one["name"] for one in node.look()["databases"]] == ["first", "one"]


def test_what_was_made_is_undone_when_a_later_one_fails(node: Node) -> None:
    """The folder of a database that MySQL does not know is in the second one's way."""
    node.container.exec_run(["mkdir", "/var/lib/mysql/zzz"])
    node.container.exec_run(["touch", "/var/lib/mysql/zzz/x"])
    with pytest.raises(Refused) as refused:
        node.call("create_databases", databases=[{"name": "aaa"}, {"name": "zzz"}])
    assert refused.value.code == "failed"
    assert [one["name"] for one in node.look()["databases"]] == ["first"]
    node.container.exec_run(["rm", "-r", "/var/lib/mysql/zzz"])


def test_a_dropped_database_takes_its_grants_along(node: Node) -> None:
    node.call("create_databases", databases=[{"name": "my_db"}, {"name": "other"}])
    node.call("grant", name="anna", host="%", databases=["my_db", "other"])
    answer = node.call("drop_database", name="my_db")
    assert _names(answer) == ["first", "other"]
    assert answer["inventory"]["users"][0]["databases"] == ["first", "other"]
    with pytest.raises(Refused) as refused:
        node.call("drop_database", name="my_db")
    assert refused.value.code == "not_found"

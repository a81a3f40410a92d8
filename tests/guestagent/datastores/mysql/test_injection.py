"""Nasty texts through every method: each is refused, or stored just as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dbaas.rpc.guest import Refused
from tests.guestagent.nodes import Node

TEXTS = [
    "a'b",
    'a"b',
    "a`b",
    "a``; DROP DATABASE first; -- ",
    "x'; DROP DATABASE first; -- ",
    "x' OR '1'='1",
    "a\\",
    "\\",
    "\\_",
    "\\%",
    "a\\'b",
    "%",
    "_",
    "%s",
    "%(name)s",
    "{0}",
    "a%b_c",
    "*",
    "*.*",
    "a.b",
    "../../etc",
    "a/b",
    "a b",
    "-- ",
    "#",
    "/*",
    ";",
    "@",
    "a@b",
    "'@'%",
    "ünï",
    "密码",
    "😀",
    "a\u200bb",
    " lead",
    "trail ",
    "a\nb",
    "a\0b",
    "\x7f",
    "\x1a",
    "\u00a0",
    "\ud800",
    "",
    "x" * 33,
    "x" * 65,
    "x" * 256,
    "#mysql50#x",
    "MySQL",
    "sys",
    "INFORMATION_SCHEMA",
    "root",
    "root ",
    "os_admin",
    "mysql.sys",
    "localhost",
    "127.0.0.1/255.0.0.0",
    "::1",
    "NULL",
    "CURRENT_USER",
]

BAD_SHAPES = [None, 1, True, ["a"], {"a": "b"}]


@contextmanager
def _unless_refused() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if refused.code not in ("invalid", "not_found", "exists") or "PASS" in str(refused):
            raise


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_names_of_databases(node: Node, text: str) -> None:
    with _unless_refused():
        answer = node.call("create_databases", databases=[{"name": text}])
        assert {row["name"] for row in answer["inventory"]["databases"]} == {"first", text}
        with _unless_refused():
            answer = node.call("grant", name="anna", host="%", databases=[text])
            assert set(answer["inventory"]["users"][0]["databases"]) == {"first", text}
            assert node.can_login("anna", "first pa'ss", text)
            node.call("revoke", name="anna", host="%", database=text)
        answer = node.call("drop_database", name=text)
    assert [row["name"] for row in node.look()["databases"]] == ["first"]
    assert node.look()["users"][0]["databases"] == ["first"]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_names_of_users(node: Node, text: str) -> None:
    with _unless_refused():
        answer = node.call("create_users", users=[{"name": text, "password": "PASSWORD"}])
        assert {row["name"] for row in answer["inventory"]["users"]} == {"anna", text}
        assert node.can_login(text, "PASSWORD")
        node.call("set_passwords", users=[{"name": text, "password": "PASS2"}])
        node.call("grant", name=text, host="%", databases=["first"])
        answer = node.call("update_user", name=text, host="%", changes={"name": "plain"})
        assert answer["inventory"]["users"][1]["databases"] == ["first"]
        node.call("update_user", name="plain", host="%", changes={"name": text})
        assert node.can_login(text, "PASS2", "first")
        node.call("revoke", name=text, host="%", database="first")
        node.call("drop_user", name=text, host="%")
    assert [row["name"] for row in node.look()["users"]] == ["anna"]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_hosts_and_character_sets(node: Node, text: str) -> None:
    with _unless_refused():
        answer = node.call(
            "create_users", users=[{"name": "bo", "password": "PASSWORD", "host": text}]
        )
        [user] = [row for row in answer["inventory"]["users"] if row["name"] == "bo"]
        assert user["host"] == (text.lower() or "%")
        node.call("drop_user", name="bo", host=text or "%")
    for key in ("character_set", "collate"):
        with _unless_refused():
            node.call("create_databases", databases=[{"name": "made", key: text}])
            assert not text
            node.call("drop_database", name="made")
    assert [row["name"] for row in node.look()["users"]] == ["anna"]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_passwords(node: Node, text: str) -> None:
    with _unless_refused():
        node.call("create_users", users=[{"name": "bo", "password": text}])
        assert node.can_login("bo", text)
    with _unless_refused():
        assert node.call("enable_root", password=text)["password"] == text
        assert node.can_login("root", text)


@pytest.mark.parametrize("wrong", BAD_SHAPES, ids=repr)
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("create_databases", {"databases": ...}),
        ("create_databases", {"databases": [{"name": ...}]}),
        ("drop_database", {"name": ...}),
        ("create_users", {"users": [{"name": "x", "password": ...}]}),
        ("drop_user", {"name": ..., "host": "%"}),
        ("update_user", {"name": "x", "host": "%", "changes": ...}),
        ("grant", {"name": "anna", "host": "%", "databases": ...}),
        ("revoke", {"name": "anna", "host": ..., "database": "first"}),
        ("enable_root", {"password": [...]}),
        ("start_job", {"name": "x", "kind": "prepare", "args": ...}),
        ("start_job", {"name": "x", "kind": ..., "args": {}}),
        ("get_job", {"name": ...}),
        ("ping", {"other": ...}),
    ],
)
def test_shapes(
    shared_node: Node, method: str, arguments: dict[str, object], wrong: object
) -> None:
    def fill(value: object) -> object:
        if value is ...:
            return wrong
        if isinstance(value, list):
            return [fill(one) for one in value]
        if isinstance(value, dict):
            return {key: fill(one) for key, one in value.items()}
        return value

    filled = {key: fill(value) for key, value in arguments.items()}
    with pytest.raises(Refused) as refused:
        shared_node.call(method, **filled)
    assert refused.value.code in ("invalid", "not_found")

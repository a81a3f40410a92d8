from pathlib import Path

import pytest

from dbaas.guestagent.datastores.mysql.sql import (
    Denied,
    Door,
    Name,
    Words,
    as_pattern,
    from_pattern,
)
from dbaas.guestagent.errors import Interrupted
from dbaas.rpc.guest import Refused
from tests.guestagent.nodes import Node


@pytest.fixture
def door(shared_node: Node) -> Door:
    state = Path(shared_node.options.state_dir)
    return Door(state / "socket", "os_admin", (state / "admin-password").read_text())


@pytest.mark.parametrize("name", ["a_b", "a%b", "a\\b", "\\_", "%%", "a", "\\\\"])
def test_a_pattern_means_one_name(name: str) -> None:
    assert from_pattern(as_pattern(name)) == name


@pytest.mark.parametrize("text", ["", "ALL; DROP", "ALL)", "SELECT,,INSERT", "`", " ALL", "a--b"])
def test_keywords_are_words_only(text: str) -> None:
    with pytest.raises(ValueError, match="keywords"):
        Words(text)


@pytest.mark.parametrize(
    "value",
    ["'", "\\", "\\'", '"', "`", "%s", "%", "\n", "'; DROP TABLE t; -- ", "ü€😀", "\0", ""],
)
def test_values_come_back_as_they_went(door: Door, value: str) -> None:
    with door.open() as session:
        assert session.run("SELECT %s", value) == [(value,)]


def test_names_are_quoted(door: Door) -> None:
    with door.open() as session:
        assert session.run("SELECT 1 AS %s", Name("a`b")) == [(1,)]


def test_nothing_else_is_bound(door: Door) -> None:
    with door.open() as session, pytest.raises(TypeError):
        session.run("SELECT %s", b"bytes")


def test_a_refusal_shows_mysqls_words_but_no_statement(door: Door) -> None:
    with door.open() as session:
        with pytest.raises(Refused, match=r"MySQL says: .*nothing.* \(1049\)"):
            session.run("SELECT 1 FROM %s.t", Name("nothing"))
        with pytest.raises(Refused, match="does not understand") as refused:
            session.run("SELECT secret secret secret")
    assert "secret" not in str(refused.value)


def test_a_broken_connection_leaves_the_outcome_open(door: Door) -> None:
    with door.open() as session, door.open() as other:
        [(number,)] = session.run("SELECT CONNECTION_ID()")
        other.run("KILL %s", number)
        with pytest.raises(Interrupted):
            session.run("SELECT 1")


def test_a_wrong_password_is_denied(door: Door) -> None:
    with pytest.raises(Denied):
        Door(door.socket_dir, door.user, "wrong").open()


def test_without_a_server_it_is_not_ready(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    for folder in (long, tmp_path / "none"):
        with pytest.raises(Refused) as refused:
            Door(folder, "os_admin", "x").open()
        assert refused.value.code == "not_ready"

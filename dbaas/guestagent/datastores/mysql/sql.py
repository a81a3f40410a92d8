"""The one place where SQL is put together: values are bound and names quoted here only."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql
from pymysql import err
from pymysql.converters import escape_string

from dbaas.guestagent.errors import Interrupted
from dbaas.rpc.guest import Refused

LOG = logging.getLogger(__name__)

_CONNECT_TIMEOUT, _TIMEOUT = 3, 60
_ACCESS_DENIED = 1045
_LOST = frozenset({2006, 2013, 2014, 2055, 1053, 1927, 3169})
"""Numbers that say that the connection broke: the client's, then the server's own."""


class Denied(Exception):
    """The server knows no such account, or another password."""


@dataclass(frozen=True)
class Name:
    """An identifier."""

    text: str


@dataclass(frozen=True)
class Pattern:
    """A database's name where MySQL wants a pattern (GRANT, REVOKE): it means itself only."""

    text: str


@dataclass(frozen=True)
class Words:
    """Keywords that are code, such as privileges that the operator has configured."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w+(,? \w+)*", self.text, re.ASCII):
            raise ValueError(f"{self.text!r} are not keywords")


def as_pattern(name: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", name)


def from_pattern(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern)


def _quote(value: object) -> str:
    match value:
        case Name(text):
            return "`" + text.replace("`", "``") + "`"
        case Pattern(text):
            return "`" + as_pattern(text).replace("`", "``") + "`"
        case Words(text):
            return text
        case int():
            return str(value)
        case str():
            # Backslashes escape: `Door` sets the session's sql_mode.
            return f"'{escape_string(value)}'"
    raise TypeError(f"{type(value).__name__} is not for SQL")


class Session:
    """One connection of the agent's account over the socket."""

    def __init__(self, connection: "pymysql.Connection[Any]") -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows. `values` replace the statement's %s; a statement's text is never shown."""
        text = statement % tuple(_quote(value) for value in values)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(text)
                return list(cursor.fetchall())
        except err.MySQLError as error:
            raise self._explain(statement, error) from None

    def _explain(self, statement: str, error: err.MySQLError) -> Exception:
        number = error.args[0] if error.args else 0
        LOG.warning("MySQL refused %r: error %s", statement, number)
        if number in _LOST or not isinstance(number, int):
            return Interrupted(f"the connection to the database broke ({number})")
        if number in (1064, 1149):
            return Refused("failed", "MySQL does not understand the statement")
        return Refused("failed", f"MySQL says: {error.args[-1]} ({number})")


@dataclass(frozen=True)
class Door:
    """The way to the server: its socket, and the agent's account."""

    socket_dir: Path
    user: str
    password: str

    def open(self, timeout: int = _TIMEOUT) -> Session:
        """Raises Denied, or Refused not_ready."""
        try:
            with _short_path(self.socket_dir) as folder:
                return Session(self._connect(f"{folder}/mysqld.sock", timeout))
        except (err.MySQLError, OSError) as error:
            if error.args and error.args[0] == _ACCESS_DENIED:
                raise Denied from None
            raise Refused("not_ready", "the database does not answer") from None

    def _connect(self, socket: str, timeout: int) -> "pymysql.Connection[Any]":
        return pymysql.connect(
            unix_socket=socket,
            user=self.user,
            password=self.password,
            charset="utf8mb4",
            autocommit=True,
            # Nobody listens on a socket, and loading the machine's certificates takes long.
            ssl_disabled=True,
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=timeout,
            write_timeout=timeout,
            # The tenant may have changed the global ones, and quoting depends on them.
            init_command="SET SESSION sql_mode = 'STRICT_ALL_TABLES', "
            "SESSION lock_wait_timeout = 10",
        )


@contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """The folder under a name that fits into the 107 bytes of a socket's address."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)

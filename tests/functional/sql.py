"""Real logins, as tenants make them: over the public address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql

_REFUSALS = (1044, 1045, 1130)


def connect(address: str, user: str, password: str, database: str | None = None) -> Any:
    return pymysql.connect(
        host=address,
        user=user,
        password=password.encode(),
        database=database,
        autocommit=True,
        connect_timeout=10,
        charset="utf8mb4",
    )


@contextmanager
def login(address: str, user: str, password: str) -> Iterator[Any]:
    with connect(address, user, password) as connection, connection.cursor() as cursor:
        yield cursor


def column(cursor: Any, statement: str) -> list[Any]:
    cursor.execute(statement)
    return [row[0] for row in cursor.fetchall()]


def can_login(address: str, user: str, password: str, database: str | None = None) -> bool:
    try:
        connect(address, user, password, database).close()
    except pymysql.err.OperationalError as error:
        if error.args[0] not in _REFUSALS:
            raise
        return False
    return True


def may(cursor: Any, statement: str) -> bool:
    """Whether the server lets the user do it; another error than a refusal is raised."""
    try:
        cursor.execute(statement)
    except pymysql.err.OperationalError as error:
        if error.args[0] not in (1044, 1142, 1227, 3530):
            raise
        return False
    return True

"""Empty databases of each kind the control plane runs on."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy

from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.db.models import Base

SERVERS = {"mysql": "DBAAS_TEST_MYSQL_URL", "postgresql": "DBAAS_TEST_POSTGRESQL_URL"}
SQLITE_ONLY = os.environ.get("DBAAS_TEST_SQLITE_ONLY") == "1"
KINDS = ("sqlite",) if SQLITE_ONLY else ("sqlite", *SERVERS)


def server_url(kind: str) -> sqlalchemy.URL:
    """An account on a server that may create databases; the test fails where none is named."""
    variable = SERVERS[kind]
    if url := os.environ.get(variable):
        return sqlalchemy.make_url(url)
    pytest.fail(f"{variable} is not set: run the tests with script/test", pytrace=False)


@contextmanager
def new_server_database(kind: str) -> Iterator[str]:
    """The URL of a new database without any schema, which is dropped at the end."""
    url = server_url(kind)
    name = f"dbaas_test_{uuid.uuid4().hex[:12]}"
    # Neither server has to have a database that is named like the account.
    admin_url = url.set(database=url.database or ("postgres" if kind == "postgresql" else None))
    admin = sqlalchemy.create_engine(admin_url, isolation_level="AUTOCOMMIT")
    force = " WITH (FORCE)" if kind == "postgresql" else ""
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield url.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
    finally:
        admin.dispose()


class Databases:
    """Hands out URLs of migrated, empty databases; each kind is migrated once only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None
        self._servers: dict[str, str] = {}
        self._stack = ExitStack()

    def url(self, kind: str) -> str:
        return self._sqlite() if kind == "sqlite" else self._server(kind)

    def _sqlite(self) -> str:
        if self._template is None:
            self._template = self._folder / "template.sqlite"
            _migrate(f"sqlite:///{self._template}")
        copy = self._folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copy(self._template, copy)
        return f"sqlite:///{copy}"

    def _server(self, kind: str) -> str:
        if kind not in self._servers:
            self._servers[kind] = self._stack.enter_context(new_server_database(kind))
            _migrate(self._servers[kind])
        return self._servers[kind]

    def close(self) -> None:
        self._stack.close()


def empty(url: str) -> None:
    """Remove all rows."""
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database.engine)
    database.close()

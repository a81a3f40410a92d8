"""Empty databases of each kind the control plane runs on."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.orm import Session

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
    """Keeps one migrated database of each kind, and connections to it, for all tests.

    SQLAlchemy compiles each statement once per `Database`; to make them anew for each test takes
    longer than the tests.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._urls: dict[str, str] = {}
        self._open: dict[tuple[str, int], Database] = {}

    def url(self, kind: str) -> str:
        if kind not in self._urls:
            self._urls[kind] = self._new(kind)
            schema.upgrade(self.open(kind).engine)
        return self._urls[kind]

    def new_sqlite(self) -> str:
        """The URL of a migrated, empty SQLite database of the caller's own."""
        template = self._folder / "template.sqlite"
        if not template.exists():
            database = Database(f"sqlite:///{template}")
            schema.upgrade(database.engine)
            database.close()
        path = self._folder / f"{uuid.uuid4()}.sqlite"
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        return f"sqlite:///{path}"

    def _new(self, kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{self._folder / 'dbaas.sqlite'}"
        return self._stack.enter_context(new_server_database(kind))

    def open(self, kind: str, number: int = 0) -> Database:
        """The same for the same number."""
        if (kind, number) not in self._open:
            self._open[kind, number] = Database(self.url(kind))
        return self._open[kind, number]

    def close(self) -> None:
        for database in self._open.values():
            database.close()
        self._stack.close()


def empty(database: Database) -> None:
    """Remove all rows."""

    def work(session: Session) -> None:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())

    database.write(work)

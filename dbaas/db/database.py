"""Connections and transactions.

Every unit of work is one call of `Database.read` or `Database.write`: a function of a session,
run in one short transaction and run again when the database asks for that (a deadlock, a lock
that was not to be had). It must therefore do nothing but talk to the database.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy
from oslo_config import cfg
from oslo_db import exception as db_exc
from oslo_db.sqlalchemy import exc_filters
from sqlalchemy import event
from sqlalchemy.orm import Session
from tenacity import (
    Retrying,
    before_sleep_log,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

LOG = logging.getLogger(__name__)
T = TypeVar("T")

_IMMEDIATE = "dbaas_immediate"


def _is_transient(error: BaseException) -> bool:
    # oslo.db knows the deadlocks of MySQL and PostgreSQL; SQLite's lock time-out has no class.
    return isinstance(error, db_exc.DBDeadlock) or "database is locked" in str(error)


class Database:
    """A connection pool; `read` and `write` run one transaction each.

    :param url: an SQLAlchemy URL of SQLite, MySQL/MariaDB or PostgreSQL
    """

    def __init__(
        self, url: str, pool_size: int = 5, max_overflow: int = 50, recycle: int = 3600
    ) -> None:
        self.engine = _connect(url, pool_size, max_overflow, recycle)
        self._writer = self.engine.execution_options(**{_IMMEDIATE: True})
        self._local = threading.local()

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> "Database":
        group = conf.database
        return cls(
            group.connection,
            group.max_pool_size or 5,
            group.max_overflow or 50,
            group.connection_recycle_time,
        )

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a unit of work (where nobody may call the world)."""
        return getattr(self._local, "depth", 0) > 0

    def read(self, work: Callable[[Session], T]) -> T:
        return self._retried(self.engine, work)

    def write(self, work: Callable[[Session], T]) -> T:
        return self._retried(self._writer, work)

    def _retried(self, engine: sqlalchemy.Engine, work: Callable[[Session], T]) -> T:
        for attempt in Retrying(
            retry=retry_if_exception(_is_transient),
            stop=stop_after_attempt(10),
            wait=wait_random_exponential(0.01, 1),
            before_sleep=before_sleep_log(LOG, logging.DEBUG),
            reraise=True,
        ):
            with attempt:
                return self._run(engine, work)
        raise AssertionError("unreachable: Retrying returns or raises")

    def _run(self, engine: sqlalchemy.Engine, work: Callable[[Session], T]) -> T:
        self._local.depth = getattr(self._local, "depth", 0) + 1
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        finally:
            self._local.depth -= 1

    def close(self) -> None:
        self.engine.dispose()


def _connect(url: str, pool_size: int, max_overflow: int, recycle: int) -> sqlalchemy.Engine:
    kind = sqlalchemy.make_url(url).get_backend_name()
    options: dict[str, Any] = {
        "pool_pre_ping": kind != "sqlite",
        "pool_recycle": recycle,
        "pool_size": pool_size,
        "max_overflow": max_overflow,
    }
    if kind == "sqlite":
        options["connect_args"] = {"timeout": 15, "check_same_thread": False}
    else:
        options["isolation_level"] = "READ COMMITTED"
    engine = sqlalchemy.create_engine(url, **options)
    if kind == "sqlite":
        _prepare_sqlite(engine)
    exc_filters.register_engine(engine)
    return engine


def _prepare_sqlite(engine: sqlalchemy.Engine) -> None:
    """Make SQLite enforce foreign keys, survive kill and power loss, and queue its writers."""

    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, record: Any) -> None:
        dbapi.isolation_level = None  # the driver must not open transactions by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another wrote.
        immediate = connection.get_execution_options().get(_IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

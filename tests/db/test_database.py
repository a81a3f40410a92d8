"""Transactions: retried where the database asks for it, and short."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oslo_db import exception as db_exc
from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session

from dbaas import conf as dbaas_conf
from dbaas.db.database import Database
from dbaas.db.models import Flavor
from tests import databases


def _flavor(flavor_id: str) -> Flavor:
    return Flavor(id=flavor_id, name="f", ram=1, vcpus=1, disk=1, ephemeral=0)


def _rams(database: Database) -> list[int]:
    return list(database.read(lambda s: s.scalars(select(Flavor.ram).order_by(Flavor.id))))


def _needs_row_locks(kind: str) -> None:
    if kind == "sqlite":
        pytest.skip("SQLite locks the whole file: no deadlock there")


@pytest.fixture
def crossing(database: Database) -> Callable[[str, str], Callable[[Session], None]]:
    """Makes work that counts two rows up, and meets its like half-way the first time."""
    database.write(lambda s: s.add_all([_flavor("a"), _flavor("b")]))
    half_way = threading.Barrier(2)

    def between(first: str, second: str) -> Callable[[Session], None]:
        runs = []

        def work(session: Session) -> None:
            runs.append(1)
            up = update(Flavor).values(ram=Flavor.ram + 1)
            session.execute(up.where(Flavor.id == first))
            if len(runs) == 1:
                half_way.wait(20)
            session.execute(up.where(Flavor.id == second))

        return work

    return between


def test_deadlock_is_tried_again(
    database: Database,
    database_kind: str,
    crossing: Callable[[str, str], Callable[[Session], None]],
) -> None:
    _needs_row_locks(database_kind)
    with ThreadPoolExecutor(2) as pool:
        work = [crossing("a", "b"), crossing("b", "a")]
        assert list(pool.map(database.write, work)) == [None, None]
    assert _rams(database) == [3, 3], "each counted once, not twice"


def test_a_deadlock_did_happen(
    database: Database,
    database_kind: str,
    crossing: Callable[[str, str], Callable[[Session], None]],
) -> None:
    """The control of the test above: without the retry one of the two fails."""
    _needs_row_locks(database_kind)
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(database._run, database._writer, work)
            for work in (crossing("a", "b"), crossing("b", "a"))
        ]
        failures = [run.exception(20) for run in runs]
    assert [type(failure) for failure in failures if failure] == [db_exc.DBDeadlock]


def test_lock_time_out_of_sqlite_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "locked.sqlite"
    database = Database(f"sqlite:///{path}")
    database.write(lambda s: s.execute(text("CREATE TABLE t (x)")))
    database.close()

    @event.listens_for(database.engine, "connect")
    def be_impatient(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 10")

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    runs = []

    def work(session: Session) -> None:
        runs.append(1)
        if len(runs) == 3:
            other.execute("COMMIT")
        session.execute(text("INSERT INTO t VALUES (1)"))

    database.write(work)
    assert len(runs) == 3
    assert database.read(lambda s: s.scalar(text("SELECT count(*) FROM t"))) == 1
    other.close()
    database.close()


def test_it_gives_up_in_the_end(database: Database) -> None:
    runs = []

    def work(session: Session) -> None:
        runs.append(1)
        raise db_exc.DBDeadlock

    with pytest.raises(db_exc.DBDeadlock):
        database.write(work)
    assert len(runs) == 10


def test_other_errors_are_not_tried_again(database: Database) -> None:
    runs = []

    def work(session: Session) -> None:
        runs.append(1)
        raise ValueError("the work is wrong")

    with pytest.raises(ValueError, match="the work is wrong"):
        database.write(work)
    assert len(runs) == 1


def test_error_rolls_back(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(_flavor("a"))
        session.flush()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(work)
    assert _rams(database) == []


def test_in_transaction_is_known_to_its_own_thread_only(database: Database) -> None:
    inside, done = threading.Event(), threading.Event()
    seen = []

    def work(session: Session) -> None:
        seen.append(database.in_transaction)
        inside.set()
        assert done.wait(20)

    assert not database.in_transaction
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(database.read, work)
        assert inside.wait(20)
        assert not database.in_transaction
        done.set()
        running.result(20)
        assert not pool.submit(lambda: database.in_transaction).result(20)
    assert seen == [True]


def test_in_transaction_ends_with_an_error_and_nests(database: Database) -> None:
    def fail(session: Session) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(fail)
    assert not database.in_transaction

    def nest(session: Session) -> bool:
        database.read(lambda _: None)
        return database.in_transaction

    assert database.read(nest)
    assert not database.in_transaction


def test_writers_of_sqlite_queue_up(tmp_path: Path) -> None:
    """A read that turns into a write would fail at once; all of these succeed."""
    database = Database(f"sqlite:///{tmp_path / 'queue.sqlite'}")
    database.write(lambda s: s.execute(text("CREATE TABLE t (x)")))
    database.write(lambda s: s.execute(text("INSERT INTO t VALUES (0)")))

    def count_up(_: int) -> None:
        def work(session: Session) -> None:
            now = session.scalar(text("SELECT x FROM t"))
            session.execute(text("UPDATE t SET x = :x"), {"x": (now or 0) + 1})

        database._run(database._writer, work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))
    assert database.read(lambda s: s.scalar(text("SELECT x FROM t"))) == 40
    database.close()


def test_sqlite_survives_power_loss_and_keeps_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'safe.sqlite'}")

    def pragma(name: str) -> object:
        return database.read(lambda s: s.scalar(text(f"PRAGMA {name}")))

    full = 2
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == full
    assert pragma("foreign_keys") == 1
    database.close()


def test_servers_do_not_repeat_reads(database: Database, database_kind: str) -> None:
    """READ COMMITTED: what another has committed is seen within the transaction."""
    _needs_row_locks(database_kind)

    def work(session: Session) -> tuple[int, int]:
        before = len(session.scalars(select(Flavor.id)).all())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(database.write, lambda s: s.add(_flavor("a"))).result(20)
        return before, len(session.scalars(select(Flavor.id)).all())

    assert database.read(work) == (0, 1)


def test_from_conf(tmp_path: Path) -> None:
    conf = dbaas_conf.load(files=[])
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    conf.set_override("connection", url, group="database")
    database = Database.from_conf(conf)
    assert str(database.engine.url) == url
    database.close()


def test_all_kinds_are_run() -> None:
    assert databases.SQLITE_ONLY or databases.KINDS == ("sqlite", "mysql", "postgresql")

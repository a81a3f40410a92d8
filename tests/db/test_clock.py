"""The database's clock."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dbaas.db.clock import db_now
from dbaas.db.database import Database
from dbaas.db.models import Instance
from tests.db.samples import add_instance

# SQLite has milliseconds only.
TICK = timedelta(milliseconds=1)


def _ask(database: Database, *offsets: float) -> list[datetime]:
    row = database.read(lambda s: s.execute(select(*map(db_now, offsets))).one())
    return list(row)


def test_it_is_naive_utc(database: Database) -> None:
    (now,) = _ask(database, 0)
    assert now.tzinfo is None
    assert abs(now - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)


@pytest.mark.parametrize("offset", [0.25, 1.5, -0.75, 60, -86400, 1e7, 0.001])
def test_offsets(database: Database, offset: float) -> None:
    before, shifted, after = _ask(database, 0, offset, 0)
    wished = timedelta(seconds=offset)
    assert before + wished - TICK <= shifted <= after + wished + TICK


def test_it_never_goes_back(database: Database) -> None:
    seen = [_ask(database, 0)[0] for _ in range(20)]
    assert seen == sorted(seen)


def test_it_has_parts_of_seconds(database: Database) -> None:
    assert any(_ask(database, 0)[0].microsecond >= 1000 for _ in range(5))


def test_it_goes_on_inside_a_transaction(database: Database) -> None:
    def work(session: Session) -> tuple[datetime, datetime]:
        first = now = session.execute(select(db_now())).scalar_one()
        for _ in range(10_000):
            now = session.execute(select(db_now())).scalar_one()
            if now > first:
                break
        return first, now

    first, last = database.read(work)
    assert last > first


@pytest.mark.parametrize("offset", [0.002, 0.5, 30])
def test_stored_values_compare(catalogue: Database, offset: float) -> None:
    add_instance(catalogue)

    def store_and_compare(stored: float) -> tuple[bool, bool]:
        catalogue.write(lambda s: s.execute(update(Instance).values(built_at=db_now(stored))))
        earlier, later = Instance.built_at < db_now(), Instance.built_at > db_now()
        return catalogue.read(lambda s: s.execute(select(earlier, later)).one()._tuple())

    assert store_and_compare(-offset) == (True, False)
    assert store_and_compare(offset + 60) == (False, True)


def test_values_of_python_compare(catalogue: Database) -> None:
    """Columns people read hold Python's time; its text must sort with the database's."""
    add_instance(catalogue)
    for moment, is_earlier in (
        (datetime(2020, 1, 1), True),
        (datetime(2020, 1, 1, 0, 0, 0, 1), True),
        (datetime(2100, 1, 1), False),
    ):
        catalogue.write(
            partial(Session.execute, statement=update(Instance).values(built_at=moment))
        )
        seen = catalogue.read(lambda s: s.scalar(select(Instance.built_at < db_now())))
        assert bool(seen) == is_earlier
        assert catalogue.read(lambda s: s.scalar(select(Instance.built_at))) == moment

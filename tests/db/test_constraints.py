"""What the database itself refuses, whatever the code does."""

from typing import Any

import pytest
import sqlalchemy
from oslo_db import exception as db_exc
from sqlalchemy import insert, text, update

from dbaas.db.database import Database
from dbaas.db.models import Instance, Operation, QuotaLimit, QuotaUsage, utcnow
from tests.db.samples import add_instance

REFUSED = (db_exc.DBError, sqlalchemy.exc.DBAPIError)


def _refused(database: Database, statement: sqlalchemy.Executable) -> None:
    with pytest.raises(REFUSED, match=r"(?i)constraint"):
        database.write(lambda session: session.execute(statement))


@pytest.fixture
def accepted(catalogue: Database) -> str:
    return add_instance(catalogue)


ENDED: dict[str, Any] = {
    "outcome": "SUCCEEDED",
    "finished_at": utcnow(),
    "wake_at": None,
    "live_key": None,
    "secrets": None,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"wake_at": utcnow()},
        {"secrets": "sealed"},
        {"live_key": "instance:1"},
        {"outcome": None},
        {"finished_at": None},
    ],
    ids=lambda wrong: str(next(iter(wrong))),
)
def test_finished_operation_is_finished_in_all_columns(
    catalogue: Database, accepted: str, wrong: dict[str, Any]
) -> None:
    _refused(catalogue, update(Operation).values({**ENDED, **wrong}))
    catalogue.write(lambda session: session.execute(update(Operation).values(ENDED)))


@pytest.mark.parametrize("column", ["wake_at", "live_key"])
def test_live_operation_wakes_and_has_a_key(
    catalogue: Database, accepted: str, column: str
) -> None:
    _refused(catalogue, update(Operation).values({column: None}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "DELETED"},
        {"deleted_at": utcnow()},
        {"fault_message": "why"},
        {"fault_at": utcnow()},
        {"volume_size": 0},
    ],
    ids=str,
)
def test_half_told_instances(catalogue: Database, accepted: str, wrong: dict[str, Any]) -> None:
    _refused(catalogue, update(Instance).values(wrong))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("instance", "status"),
        ("instance", "wished"),
        ("node", "wished"),
        ("node", "database_status"),
        ("operation", "outcome"),
    ],
)
def test_unknown_words(catalogue: Database, accepted: str, table: str, column: str) -> None:
    _refused(catalogue, text(f"UPDATE {table} SET {column} = 'PURPLE'"))


@pytest.mark.parametrize("wrong", [{"in_use": -1}, {"reserved": -1}], ids=str)
def test_quota_usage_is_never_negative(database: Database, wrong: dict[str, int]) -> None:
    row = {"project_id": "p", "resource": "ram", "in_use": 0, "reserved": 0}
    _refused(database, insert(QuotaUsage).values({**row, **wrong}))


def test_quota_limit_below_unlimited(database: Database) -> None:
    row = {"project_id": "p", "resource": "ram"}
    _refused(database, insert(QuotaLimit).values(**row, hard_limit=-2))
    unlimited = insert(QuotaLimit).values(**row, hard_limit=-1)
    database.write(lambda session: session.execute(unlimited))


def test_one_live_operation_an_instance(catalogue: Database, accepted: str) -> None:
    second = insert(Operation).values(
        kind="restart_instance",
        instance_id=accepted,
        live_key=f"instance:{accepted}",
        step="start",
        wake_at=utcnow(),
    )
    with pytest.raises(db_exc.DBDuplicateEntry):
        catalogue.write(lambda session: session.execute(second))


def test_foreign_keys_hold(catalogue: Database, accepted: str) -> None:
    _refused(catalogue, update(Operation).values(instance_id="nowhere"))
    _refused(catalogue, text("DELETE FROM flavor"))

"""The datastore and a version of it, in our own database."""

from dataclasses import dataclass
from typing import Any

from oslo_db.exception import DBError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dbaas.bootstrap.report import Report
from dbaas.db import datastores
from dbaas.db.database import Database


@dataclass(frozen=True)
class Version:
    datastore: str
    name: str
    number: str


def ensure_version(report: Report, connection: str, wanted: Version) -> None:
    """The version, active, and the default of its datastore if that has none."""
    database = Database(connection)
    name = f"{wanted.datastore} {wanted.name}"
    try:
        found, has_default = database.read(lambda session: _look(session, wanted))
    except (DBError, SQLAlchemyError):
        if not report.dry_run:
            raise
        found, has_default = None, False  # there is no schema yet
    if found and not has_default:
        report.change(
            "datastore version",
            name,
            lambda: database.write(
                lambda session: datastores.change_version(session, found, True, {})
            ),
            "made the default",
        )
    else:
        report.ensure(
            "datastore version",
            name,
            found,
            lambda: database.write(
                lambda session: datastores.add_version(
                    session, wanted.datastore, not has_default, _values(wanted)
                )
            ),
            f"number {wanted.number}",
        )
    database.close()


def _look(session: Session, wanted: Version) -> tuple[str | None, bool]:
    """The version's id, and whether the datastore has a default."""
    for datastore in datastores.all_of(session):
        if datastore.name == wanted.datastore:
            found = (
                row.id
                for row in datastore.versions
                if (row.name, row.version_number) == (wanted.name, wanted.number)
            )
            return next(found, None), datastore.default_version_id is not None
    return None, False


def _values(wanted: Version) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "version_number": wanted.number,
        "manager": wanted.datastore,
        "image_id": None,
        "image_tags": ["trove", wanted.datastore],
        "packages": [],
        "registry_ext": None,
        "repl_strategy": None,
        "active": True,
    }

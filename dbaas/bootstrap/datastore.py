"""The datastore and a version of it, in our own database."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dbaas.bootstrap.report import Report
from dbaas.db import datastores
from dbaas.db.database import Database
from dbaas.db.models import DatastoreVersion


@dataclass(frozen=True)
class Version:
    datastore: str
    name: str
    number: str


def ensure_version(report: Report, connection: str, wanted: Version) -> None:
    """The version, active and its datastore's default if that has none."""
    database = Database(connection)
    name = f"{wanted.datastore} {wanted.name}"
    try:
        found = database.read(lambda session: _find(session, wanted))
    except SQLAlchemyError:
        if not report.dry_run:
            raise
        found = None  # there is no schema yet
    report.ensure(
        "datastore version",
        name,
        found,
        lambda: database.write(lambda session: _add(session, wanted)),
        f"number {wanted.number}",
    )
    database.close()


def _find(session: Session, wanted: Version) -> DatastoreVersion | None:
    return next(
        (
            row
            for row in datastores.all_versions(session)
            if (row.datastore.name, row.name, row.version_number)
            == (wanted.datastore, wanted.name, wanted.number)
        ),
        None,
    )


def _add(session: Session, wanted: Version) -> DatastoreVersion:
    has_default = any(
        row.default_version_id
        for row in datastores.all_of(session)
        if row.name == wanted.datastore
    )
    values = {
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
    return datastores.add_version(session, wanted.datastore, not has_default, values)

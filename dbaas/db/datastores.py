"""Datastores and their versions: look-ups, and the changes an administrator makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from dbaas.db.models import Datastore, DatastoreVersion, Instance


class NotFound(LookupError):
    """No such datastore or version."""


class Invalid(ValueError):
    """A wish that cannot be met; the text says which field and why."""


def all_of(session: Session) -> Sequence[Datastore]:
    query = select(Datastore).options(selectinload(Datastore.versions)).order_by(Datastore.name)
    return session.scalars(query).all()


def find(session: Session, key: str) -> Datastore:
    """By id or name."""
    query = (
        select(Datastore)
        .where(or_(Datastore.id == key, Datastore.name == key))
        .options(selectinload(Datastore.versions))
    )
    rows = session.scalars(query).all()
    if not rows:
        raise NotFound(f"datastore {key} is not there")
    # One may be named like another's id; ids win.
    return next((row for row in rows if row.id == key), rows[0])


def all_versions(session: Session) -> Sequence[DatastoreVersion]:
    query = (
        select(DatastoreVersion)
        .join(DatastoreVersion.datastore)
        .options(joinedload(DatastoreVersion.datastore))
        .order_by(Datastore.name, DatastoreVersion.name, DatastoreVersion.version_number)
    )
    return session.scalars(query).all()


def version(session: Session, version_id: str) -> DatastoreVersion:
    row = session.get(
        DatastoreVersion, version_id, options=[joinedload(DatastoreVersion.datastore)]
    )
    if row is None:
        raise NotFound(f"datastore version {version_id} is not there")
    return row


@dataclass(frozen=True)
class Wanted:
    """What a request says of a version; each may be a name or an id."""

    datastore: str | None = None
    version: str | None = None
    number: str | None = None


def choose(session: Session, wanted: Wanted, default: str | None) -> DatastoreVersion:
    """The active version that is meant. Raises Invalid."""
    if wanted.version and not wanted.datastore:
        row = session.get(DatastoreVersion, wanted.version)
        if row is not None:
            return _active(row)
    datastore = _datastore(session, wanted.datastore or default)
    if wanted.version is None and wanted.number is None:
        return _default_version(datastore)
    rows = [
        row
        for row in datastore.versions
        if wanted.version in (None, row.id, row.name)
        and wanted.number in (None, row.version_number)
    ]
    named = wanted.version or wanted.number
    if not rows:
        raise Invalid(f"datastore.version: {datastore.name} has no version {named}")
    active = [row for row in rows if row.active]
    if len(active) > 1:
        raise Invalid(
            f"datastore.version: several are named {named}, name a version_number or an id"
        )
    return _active(active[0] if active else rows[0])


def _active(row: DatastoreVersion) -> DatastoreVersion:
    if not row.active:
        raise Invalid(f"datastore.version: {row.name} is not active")
    return row


def _datastore(session: Session, key: str | None) -> Datastore:
    if key is not None:
        try:
            return find(session, key)
        except NotFound as error:
            raise Invalid(f"datastore.type: {error}") from error
    rows = [row for row in all_of(session) if any(each.active for each in row.versions)]
    if len(rows) != 1:
        raise Invalid("datastore.type: name one, there is no default")
    return rows[0]


def _default_version(datastore: Datastore) -> DatastoreVersion:
    for row in datastore.versions:
        if row.id == datastore.default_version_id:
            return _active(row)
    active = [row for row in datastore.versions if row.active]
    if len(active) != 1:
        raise Invalid(f"datastore.version: name one, {datastore.name} has no default")
    return active[0]


def add_version(
    session: Session, datastore_name: str, default: bool, values: dict[str, Any]
) -> DatastoreVersion:
    """Add a version, and the datastore where it is new. Raises Invalid."""
    query = select(Datastore).where(Datastore.name == datastore_name)
    datastore = session.scalars(query).one_or_none()
    if datastore is None:
        datastore = Datastore(name=datastore_name)
        session.add(datastore)
        session.flush()
    row = DatastoreVersion(datastore=datastore, **values)
    _check(session, row)
    session.add(row)
    session.flush()
    if default:
        datastore.default_version_id = row.id
    return row


def change_version(
    session: Session, version_id: str, default: bool | None, values: dict[str, Any]
) -> None:
    """Change what `values` names. Raises NotFound, Invalid."""
    row = version(session, version_id)
    for name, value in values.items():
        setattr(row, name, value)
    _check(session, row)
    if default:
        row.datastore.default_version_id = row.id
    elif default is False and row.datastore.default_version_id == row.id:
        row.datastore.default_version_id = None


def delete_version(session: Session, version_id: str) -> None:
    """Raises NotFound; Invalid where an instance has or had it (the history refers to it)."""
    row = version(session, version_id)
    used = session.scalar(select(func.count()).where(Instance.datastore_version_id == version_id))
    if used:
        raise Invalid(
            f"datastore version {row.name} is used by {used} instances (deleted ones count, "
            "their history refers to it); deactivate it instead"
        )
    if row.datastore.default_version_id == row.id:
        row.datastore.default_version_id = None
    session.delete(row)


def delete(session: Session, key: str) -> None:
    """Raises NotFound; Invalid where it has versions."""
    row = find(session, key)
    if row.versions:
        raise Invalid(f"datastore {row.name} still has versions")
    session.delete(row)


def _check(session: Session, row: DatastoreVersion) -> None:
    if not row.image_id and not row.image_tags:
        raise Invalid("image: it or image_tags is required")
    with session.no_autoflush:
        twin = session.scalar(
            select(
                exists().where(
                    DatastoreVersion.datastore_id == row.datastore.id,
                    DatastoreVersion.name == row.name,
                    DatastoreVersion.version_number == row.version_number,
                    DatastoreVersion.id != (row.id or ""),
                )
            )
        )
    if twin:
        raise Invalid(
            f"name: {row.datastore.name} has a version {row.name} ({row.version_number}) already"
        )

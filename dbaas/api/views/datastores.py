"""Datastores and their versions."""

from collections.abc import Sequence
from typing import Any

from dbaas.api.call import Call
from dbaas.db.models import Datastore, DatastoreVersion


def datastore(call: Call, row: Datastore, admin: bool) -> dict[str, Any]:
    shown = visible(row, admin)
    view: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "links": call.links("datastores", row.id),
        "versions": [version(call, each, admin, nested=True) for each in shown],
    }
    # Clients look it up among the versions, and stumble where it is not there.
    if any(each.id == row.default_version_id for each in shown):
        view["default_version"] = row.default_version_id
    return view


def visible(row: Datastore, admin: bool) -> Sequence[DatastoreVersion]:
    return [each for each in row.versions if admin or each.active]


def version(
    call: Call, row: DatastoreVersion, admin: bool, nested: bool = False
) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "version": row.version_number,
        "links": call.links("datastores", row.datastore_id, "versions", row.id),
    }
    if not nested:
        view["datastore"] = row.datastore_id
    if admin:
        view |= _admin(row)
    return view


def _admin(row: DatastoreVersion) -> dict[str, Any]:
    return {
        "active": row.active,
        "packages": row.packages,
        "image": row.image_id,
        "image_tags": row.image_tags,
        "registry_ext": row.registry_ext,
        "repl_strategy": row.repl_strategy,
    }

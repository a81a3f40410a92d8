"""Datastores and their versions, as everybody sees them."""

from typing import Any

from dbaas.api import faults, flavors
from dbaas.api.call import Call
from dbaas.api.views import datastores as view
from dbaas.db import datastores as db
from dbaas.db.models import Datastore, DatastoreVersion

Body = dict[str, Any]


def index(call: Call) -> Body:
    admin = call.is_admin
    rows = call.services.database.read(db.all_of)
    shown = [row for row in rows if admin or view.visible(row, admin)]
    return {"datastores": [view.datastore(call, row, admin) for row in shown]}


def show(call: Call) -> Body:
    return {"datastore": view.datastore(call, _find(call), call.is_admin)}


def delete(call: Call) -> None:
    call.services.database.write(lambda session: db.delete(session, call.path["datastore"]))


def versions(call: Call) -> Body:
    admin = call.is_admin
    rows = view.visible(_find(call), admin)
    return {"versions": [view.version(call, row, admin) for row in rows]}


def version(call: Call) -> Body:
    return {"version": view.version(call, _find_version(call), call.is_admin)}


def version_by_id(call: Call) -> Body:
    key = call.path["version"]
    row = call.services.database.read(lambda session: db.version(session, key))
    if not row.active and not call.is_admin:
        raise faults.NotFound(f"datastore version {key} is not there")
    return {"version": view.version(call, row, call.is_admin)}


def flavors_of_version(call: Call) -> Body:
    """All the cloud's flavors: any carries any version."""
    _find_version(call)
    return flavors.index(call)


def volume_types_of_version(call: Call) -> Body:
    _find_version(call)
    return {"volume_types": []}


def _find(call: Call) -> Datastore:
    key = call.path["datastore"]
    row = call.services.database.read(lambda session: db.find(session, key))
    if not view.visible(row, call.is_admin) and not call.is_admin:
        raise faults.NotFound(f"datastore {key} is not there")
    return row


def _find_version(call: Call) -> DatastoreVersion:
    """By id or name, within its datastore."""
    key = call.path["version"]
    rows = view.visible(_find(call), call.is_admin)
    for row in sorted(rows, key=lambda row: row.id != key):
        if key in (row.id, row.name):
            return row
    raise faults.NotFound(f"datastore version {key} is not there")

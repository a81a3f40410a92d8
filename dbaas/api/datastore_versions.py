"""Datastore versions, as administrators make them."""

from collections.abc import Mapping
from typing import Any

from dbaas.api.call import Call
from dbaas.api.views import datastore_versions as view
from dbaas.db import datastores as db

Body = dict[str, Any]

# The API's key, the column's name, and what an empty or null value means.
_COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("name", "name", None),
    ("datastore_manager", "manager", None),
    ("image", "image_id", None),
    ("image_tags", "image_tags", []),
    ("packages", "packages", []),
    ("registry_ext", "registry_ext", None),
    ("repl_strategy", "repl_strategy", None),
)


def index(call: Call) -> Body:
    rows = call.services.database.read(db.all_versions)
    return {"versions": [view.version(row) for row in rows]}


def show(call: Call) -> Body:
    row = call.services.database.read(lambda session: db.version(session, call.path["version"]))
    return {"version": view.version(row)}


def create(call: Call) -> None:
    wish = call.body["version"]
    values = {
        **{column: empty for _, column, empty in _COLUMNS},
        **_values(wish),
        "version_number": wish.get("version") or wish["name"],
    }
    default = _truth(wish.get("default", False))
    call.services.database.write(
        lambda session: db.add_version(session, wish["datastore_name"], default, values)
    )


def update(call: Call) -> None:
    default = _truth(call.body["default"]) if "default" in call.body else None
    call.services.database.write(
        lambda session: db.change_version(
            session, call.path["version"], default, _values(call.body)
        )
    )


def delete(call: Call) -> None:
    call.services.database.write(lambda session: db.delete_version(session, call.path["version"]))


def _values(wish: Mapping[str, Any]) -> dict[str, Any]:
    values = {column: wish[key] or empty for key, column, empty in _COLUMNS if key in wish}
    if "image_tags" in values:
        # The client makes [""] of no tags.
        values["image_tags"] = [tag for tag in values["image_tags"] if tag.strip()]
    if "active" in wish:
        values["active"] = _truth(wish["active"])
    return values


def _truth(value: bool | str) -> bool:
    return value in (True, "true")

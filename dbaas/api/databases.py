"""Databases of an instance."""

from collections.abc import Sequence
from typing import Any

from dbaas.api import faults, inside, pages
from dbaas.api.body import validate
from dbaas.api.call import Call
from dbaas.api.schemas.common import as_list
from dbaas.api.schemas.databases import DATABASE_NAME, RESERVED
from dbaas.api.views import databases as view

Body = dict[str, Any]


def index(call: Call) -> Body:
    page = pages.asked(call, call.services.conf.databases_page_size)
    rows = sorted(inside.look(call).databases, key=lambda row: str(row["name"]))
    part, last = pages.cut(rows, [row["name"] for row in rows], page)
    return pages.body(call, "databases", [view.database(row) for row in part], page, last)


def show(call: Call) -> Body:
    name = from_url(call.path["name"])
    for row in inside.look(call).databases:
        if row["name"] == name:
            return {"database": view.detail(row)}
    raise faults.NotFound(f"database {name} is not there")


def create(call: Call) -> None:
    wanted = as_list(next(iter(call.body.values())))
    check(wanted, "databases")
    given = [{key: value for key, value in row.items() if value is not None} for row in wanted]
    inside.change(call, told("created", wanted), "create_databases", databases=given)


def delete(call: Call) -> None:
    name = from_url(call.path["name"])
    inside.change(call, f"Database {name} was dropped.", "drop_database", name=name)


def told(what: str, rows: Sequence[dict[str, Any]]) -> str:
    names = ", ".join(row["name"] for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"Database{'s' if len(rows) > 1 else ''} {names}{more} {what}."


def check(wanted: Sequence[dict[str, Any]], field: str) -> None:
    """What a schema cannot say. Raises BadRequest."""
    seen = set()
    for number, row in enumerate(wanted):
        if row["name"].lower() in RESERVED:
            raise faults.BadRequest(f"{field}.{number}.name: {row['name']} is reserved")
        if row["name"] in seen:
            raise faults.BadRequest(f"{field}.{number}.name: {row['name']} is there twice")
        seen.add(row["name"])


def from_url(name: str) -> str:
    """A database's name in a URL. Raises BadRequest."""
    validate({"name": name}, {"properties": {"name": DATABASE_NAME}})
    if name.lower() in RESERVED:
        raise faults.BadRequest(f"name: {name} is reserved")
    return name

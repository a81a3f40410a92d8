"""Users of an instance."""

from collections.abc import Sequence
from typing import Any

from dbaas.api import databases, faults, inside, pages
from dbaas.api.body import validate
from dbaas.api.call import Call
from dbaas.api.schemas.common import as_list
from dbaas.api.schemas.users import HOST, RESERVED, RESERVED_PREFIX, USER_NAME
from dbaas.api.views import users as view

Body = dict[str, Any]
EVERYWHERE = "%"


def index(call: Call) -> Body:
    page = pages.asked(call, call.services.conf.users_page_size)
    rows = sorted(inside.look(call).users, key=view.key)
    part, last = pages.cut(rows, [view.key(row) for row in rows], page)
    return pages.body(call, "users", [view.user(row) for row in part], page, last)


def show(call: Call) -> Body:
    return {"user": view.user(find(call))}


def find(call: Call) -> dict[str, Any]:
    """The user of the URL. Raises NotFound."""
    name, host = from_url(call.path["user"])
    for row in inside.look(call).users:
        if (row["name"], row["host"]) == (name, host):
            return row
    raise faults.NotFound(f"user {name}@{host} is not there")


def create(call: Call) -> None:
    wanted = complete(as_list(next(iter(call.body.values()))), "users")
    check(wanted, "users")
    inside.change(call, _told("created", wanted), "create_users", users=wanted)


def create_one(call: Call) -> None:
    """openstacksdk puts the name of the user it creates into the URL, too."""
    name, _ = from_url(call.path["user"])
    if [row.get("name") for row in as_list(next(iter(call.body.values())))] != [name]:
        raise faults.BadRequest(f"users: must be the one of the URL, {name}")
    create(call)


def change_passwords(call: Call) -> None:
    wanted = [_with_host(row) for row in as_list(call.body["users"])]
    check(wanted, "users")
    inside.change(call, _told("got new passwords", wanted), "set_passwords", users=wanted)


def update(call: Call) -> None:
    name, host = from_url(call.path["user"])
    changes = {key: value for key, value in call.body["user"].items() if value is not None}
    if not changes:
        raise faults.BadRequest("user: has nothing to change")
    if "name" in changes:
        _check_reserved(changes["name"], "user.name")
    inside.change(
        call,
        f"User {name}@{host}: {', '.join(sorted(changes))} changed.",
        "update_user",
        name=name,
        host=host,
        changes=changes,
    )


def delete(call: Call) -> None:
    name, host = from_url(call.path["user"])
    inside.change(call, f"User {name}@{host} was dropped.", "drop_user", name=name, host=host)


def _told(what: str, rows: Sequence[dict[str, Any]]) -> str:
    names = ", ".join(view.key(row) for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"User{'s' if len(rows) > 1 else ''} {names}{more} {what}."


def _with_host(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "host": row.get("host") or EVERYWHERE}


def complete(rows: Sequence[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """Each with its host and its list of databases. Raises BadRequest."""
    wanted = []
    for number, row in enumerate(rows):
        grants = as_list(row.get("databases") or [])
        databases.check(grants, f"{field}.{number}.databases")
        wanted.append({**_with_host(row), "databases": grants})
    return wanted


def check(wanted: Sequence[dict[str, Any]], field: str) -> None:
    """What a schema cannot say. Raises BadRequest."""
    seen = set()
    for number, row in enumerate(wanted):
        _check_reserved(row["name"], f"{field}.{number}.name")
        if view.key(row) in seen:
            raise faults.BadRequest(f"{field}.{number}.name: {view.key(row)} is there twice")
        seen.add(view.key(row))


def _check_reserved(name: str, field: str) -> None:
    if name.lower() in RESERVED or name.lower().startswith(RESERVED_PREFIX):
        raise faults.BadRequest(f"{field}: {name} is reserved")


def from_url(text: str) -> tuple[str, str]:
    """Name and host of a user in a URL, `name` or `name@host`. Raises BadRequest."""
    name, at, host = text.partition("@")
    user = {"name": name, "host": host if at else EVERYWHERE}
    validate({"user": user}, {"properties": {"user": _IN_URL}})
    _check_reserved(name, "user.name")
    return user["name"], user["host"]


_IN_URL = {"properties": {"name": USER_NAME, "host": HOST}}

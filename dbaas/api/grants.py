"""What a user may use."""

from typing import Any

from dbaas.api import databases, inside, users
from dbaas.api.call import Call
from dbaas.api.schemas.common import as_list
from dbaas.api.views import users as view

Body = dict[str, Any]


def index(call: Call) -> Body:
    return {"databases": view.grants(users.find(call))}


def grant(call: Call) -> None:
    name, host = users.from_url(call.path["user"])
    wanted = as_list(call.body["databases"])
    databases.check(wanted, "databases")
    inside.change(
        call,
        databases.told(f"granted to {name}@{host}", wanted),
        "grant",
        name=name,
        host=host,
        databases=[row["name"] for row in wanted],
    )


def revoke(call: Call) -> None:
    name, host = users.from_url(call.path["user"])
    database = databases.from_url(call.path["database"])
    inside.change(
        call,
        f"Database {database} revoked from {name}@{host}.",
        "revoke",
        name=name,
        host=host,
        database=database,
    )

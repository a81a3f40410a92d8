"""Flavors."""

from typing import Any

from dbaas.api import faults
from dbaas.api.call import Call
from dbaas.api.views import flavors as view
from dbaas.db import flavors as db

Body = dict[str, Any]


def index(call: Call) -> Body:
    rows = call.services.database.read(db.present)
    return {"flavors": [view.flavor(call, row) for row in rows]}


def show(call: Call) -> Body:
    flavor_id = call.path["flavor_id"]
    row = call.services.database.read(lambda session: db.find(session, flavor_id))
    if row is None:
        raise faults.NotFound(f"flavor {flavor_id} is not there")
    return {"flavor": view.flavor(call, row)}

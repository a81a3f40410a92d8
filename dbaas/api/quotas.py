"""Quotas of projects."""

from typing import Any

from dbaas.api import faults
from dbaas.api.call import Call
from dbaas.api.views import quotas as view
from dbaas.db import quotas as db

Body = dict[str, Any]
LONGEST_PROJECT = 255


def show(call: Call) -> Body:
    defaults = db.default_limits(call.services.conf)
    rows = call.services.database.read(
        lambda session: db.show(session, call.path["project"], defaults)
    )
    return {"quotas": [view.quota(row) for row in rows]}


def update(call: Call) -> Body:
    limits = call.body["quotas"]
    if len(call.path["project"]) > LONGEST_PROJECT:
        raise faults.BadRequest("project: too long")
    for name in limits:
        if name not in db.RESOURCES:
            raise faults.NotFound(f"quotas: there is no resource {name[:64]}")
    call.services.database.write(
        lambda session: db.set_limits(session, call.path["project"], limits)
    )
    return {"quotas": limits}

"""Limits of the caller's project; there are no rate limits to tell of."""

from typing import Any

from dbaas.api.call import Call
from dbaas.api.views import quotas as view
from dbaas.db import quotas as db


def index(call: Call) -> dict[str, Any]:
    defaults = db.default_limits(call.services.conf)
    rows = call.services.database.read(lambda session: db.show(session, call.project, defaults))
    return {"limits": [view.absolute(rows)]}

"""What happened to an instance; still told when it is gone."""

from typing import Any

from dbaas.api import faults, pages
from dbaas.api.call import Call
from dbaas.api.views import events as view
from dbaas.db import events as db


def index(call: Call) -> dict[str, Any]:
    page = pages.asked(call, call.services.conf.events_page_size)
    marker = page.marker or "0"
    if not (marker.isascii() and marker.isdigit() and len(marker) < 10):
        raise faults.BadRequest("marker: must be the id of an event")
    rows, last = call.services.database.read(
        lambda session: db.page(
            session, call.path["instance_id"], call.scope, page.limit, int(marker)
        )
    )
    end = None if last is None else str(last)
    return pages.body(call, "events", [view.event(row) for row in rows], page, end)

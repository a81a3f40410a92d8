"""Events of an instance."""

from typing import Any

from dbaas.api.views.common import date
from dbaas.db.models import Event


def event(row: Event) -> dict[str, Any]:
    return {
        "id": row.id,
        "created": date(row.at),
        "step": row.step,
        "message": row.text,
        "operation_id": row.operation_id,
    }

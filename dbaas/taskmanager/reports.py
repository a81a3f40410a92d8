"""What guest agents report, put into the rows that the API reads."""

from typing import Any

from jsonschema import Draft202012Validator
from sqlalchemy.orm import Session, joinedload

from dbaas.db import inventory
from dbaas.db.clock import db_now
from dbaas.db.models import Node
from dbaas.db.operations import nudge, tell
from dbaas.db.states import DatabaseStatus, InstanceStatus, NodeWish

# As much as a column holds: a report that cannot be stored must not be tried.
_NUMBER = {"minimum": -(2**63), "maximum": 2**63 - 1}
_LOOK = {
    "type": "object",
    "required": ["seq", "databases", "users", "root_enabled"],
    "properties": {
        "seq": {"type": "integer", **_NUMBER},
        "databases": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "users": {
            "type": "array",
            "items": {"type": "object", "required": ["name", "host", "databases"]},
        },
        "root_enabled": {"type": "boolean"},
    },
}
_REPORT = Draft202012Validator(
    {
        "type": "object",
        "required": ["seq", "status"],
        "properties": {
            "seq": {"type": "integer", **_NUMBER},
            "status": {"enum": [word.value for word in DatabaseStatus]},
            "version": {"type": ["string", "null"], "maxLength": 255},
            "volume_used": {"type": ["integer", "null"], **_NUMBER, "minimum": 0},
            "inventory": {"anyOf": [{"type": "null"}, _LOOK]},
        },
    }
)


def is_report(report: object) -> bool:
    """Whether it has the shape of a report; a guest may send anything."""
    return bool(_REPORT.is_valid(report))


def store(session: Session, node_id: str, report: dict[str, Any]) -> bool:
    """Keep the report unless a newer one is known; True if an operation was woken by it.

    :param report: valid by `is_report`
    """
    query_options = [joinedload(Node.instance)]
    node = session.get(Node, node_id, options=query_options, with_for_update={"of": Node})
    if node is None or node.wished == NodeWish.ABSENT or report["seq"] <= node.report_seq:
        return False
    status = DatabaseStatus(report["status"])
    if node.database_status != status and node.instance.status == InstanceStatus.ACTIVE:
        tell(session, node.instance_id, "report", f"The database is {status} now.")
    node.report_seq = report["seq"]
    node.reported_at = db_now()
    node.database_status = status
    node.database_version = report.get("version") or node.database_version
    node.volume_used = report.get("volume_used")
    if report.get("inventory"):
        inventory.store(session, node_id, report["inventory"])
    return nudge(session, node.instance_id)

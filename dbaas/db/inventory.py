"""What an agent saw inside its database engine, kept for the API's reads."""

from typing import Any

from sqlalchemy.orm import Session

from dbaas.db.models import Inventory, utcnow


def store(session: Session, node_id: str, look: dict[str, Any]) -> None:
    """Keep `look` ({seq, databases, users, root_enabled}) unless a newer one is known."""
    row = session.get(Inventory, node_id, with_for_update=True)
    if row is not None and row.seq >= look["seq"]:
        return
    if row is None:
        row = Inventory(node_id=node_id)
        session.add(row)
    row.seq = look["seq"]
    row.databases = look["databases"]
    row.users = look["users"]
    row.root_enabled = look["root_enabled"]
    row.observed_at = utcnow()

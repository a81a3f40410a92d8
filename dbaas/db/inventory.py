"""What an agent saw inside its database engine, kept for the API's reads."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dbaas.db import instances
from dbaas.db.models import Instance, Inventory, Node, utcnow
from dbaas.db.states import NodeWish


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


def of_instance(
    session: Session, instance_id: str, scope: str | None
) -> tuple[Instance, Inventory | None]:
    """An instance and what its agent saw inside it; one statement. Raises instances.NotFound."""
    query = (
        select(Instance, Inventory)
        .outerjoin(Instance.nodes.and_(Node.wished == NodeWish.PRESENT))
        .outerjoin(Inventory, Inventory.node_id == Node.id)
        .where(Instance.id == instance_id, Instance.deleted_at.is_(None))
    )
    row = session.execute(query).first()
    instance = instances.in_scope(row[0] if row else None, instance_id, scope)
    return instance, row[1] if row else None

"""Events of an instance."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dbaas.db import instances
from dbaas.db.models import Event


def page(
    session: Session, instance_id: str, scope: str | None, limit: int, after: int
) -> tuple[Sequence[Event], int | None]:
    """What happened, oldest first; also of an instance that is gone. Raises NotFound."""
    instances.show(session, instance_id, scope, deleted=True)
    query = (
        select(Event)
        .where(Event.instance_id == instance_id, Event.id > after)
        .order_by(Event.id)
        .limit(limit + 1)
    )
    rows = session.scalars(query).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None

"""Accepting, waking and telling of operations. Running them is the task manager's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from dbaas.db.clock import db_now
from dbaas.db.models import Event, Instance, Operation

FIRST_STEP = "start"
"""The step of an operation that nobody has looked at; its class knows where to begin."""


class Busy(Exception):
    """The instance has a live operation already; `operation_id` and `kind` say which."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(f"operation {operation.kind} {operation.id} is running")
        self.operation_id, self.kind = operation.id, operation.kind


def live_key(instance_id: str) -> str:
    return f"instance:{instance_id}"


def live(session: Session, instance_id: str) -> Operation | None:
    """The instance's operation that has not ended."""
    query = select(Operation).where(Operation.live_key == live_key(instance_id))
    return session.scalars(query).one_or_none()


def accept(
    session: Session,
    kind: str,
    instance: Instance,
    *,
    memo: Mapping[str, Any] | None = None,
    secrets: str | None = None,
    request_id: str | None = None,
    user_id: str | None = None,
) -> Operation:
    """Add an operation, due now. Raises Busy when one is running.

    Two transactions that accept at the same moment are told apart by the unique `live_key`:
    the later one fails with DBDuplicateEntry when it is flushed, here.
    """
    if running := live(session, instance.id):
        raise Busy(running)
    operation = Operation(
        kind=kind,
        instance_id=instance.id,
        live_key=live_key(instance.id),
        step=FIRST_STEP,
        wake_at=db_now(),
        memo=dict(memo or {}),
        secrets=secrets,
        request_id=request_id,
        user_id=user_id,
    )
    session.add(operation)
    session.flush()
    return operation


def nudge(session: Session, instance_id: str) -> bool:
    """Make the instance's live operation due now, whatever it waits for; False if none lives."""
    result = session.execute(
        update(Operation)
        .where(Operation.live_key == live_key(instance_id))
        .values(wake_at=db_now(), nudges=Operation.nudges + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount > 0


def tell(
    session: Session, instance_id: str, step: str, text: str, operation_id: str | None = None
) -> None:
    """Write an event: one plain sentence."""
    session.add(Event(instance_id=instance_id, operation_id=operation_id, step=step, text=text))

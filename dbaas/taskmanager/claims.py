"""Leases on operations, and the one transaction that ends each step.

A worker owns an operation from `claim` until its lease ends, and every write of `settle` is
refused unless the worker's token is still the row's: a worker that was frozen for longer than
its lease can change nothing here any more.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oslo_config import cfg
from sqlalchemy import ColumnElement, CursorResult, Update, or_, select, update
from sqlalchemy.orm import Session, joinedload

from dbaas.db import operations as db_operations
from dbaas.db.clock import db_now
from dbaas.db.models import Instance, Node, Operation, utcnow
from dbaas.db.models import Outcome as Verdict
from dbaas.db.states import InstanceStatus, InstanceWish, check_transition
from dbaas.taskmanager.outcomes import (
    Cleaned,
    Done,
    Fail,
    Next,
    Outcome,
    Restored,
    Retry,
    Wait,
)
from dbaas.taskmanager.work import Task, Work

DELETE = "delete_instance"
_FAULT = "fault"
"""In the memo of an operation that is being undone: why."""


@dataclass(frozen=True)
class Claim:
    operation_id: str
    token: str
    kind: str


class LeaseLost(Exception):
    """Another worker owns the operation now; whatever this one found out is not stored."""


def due(session: Session, limit: int) -> Sequence[str]:
    """Ids of operations that wait for a worker, the longest waiting first."""
    query = (
        select(Operation.id)
        .where(Operation.wake_at <= db_now(), _unleased())
        .order_by(Operation.wake_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def claim(session: Session, operation_id: str, lease: float) -> Claim | None:
    """Lease the operation, None if another worker was faster."""
    token = str(uuid.uuid4())
    taken = _execute(
        session,
        update(Operation)
        .where(Operation.id == operation_id, Operation.wake_at <= db_now(), _unleased())
        .values(lease_token=token, lease_until=db_now(lease)),
    )
    if not taken:
        return None
    kind = session.scalars(select(Operation.kind).where(Operation.id == operation_id)).one()
    return Claim(operation_id, token, kind)


def give_back(session: Session, claimed: Claim) -> None:
    """End the lease early, so that another worker goes on at once."""
    mine = update(Operation).where(Operation.lease_token == claimed.token)
    _execute(session, mine.values(lease_token=None, lease_until=None))


def free_all(session: Session) -> int:
    """Give up every lease: for a task manager that knows it is the only one."""
    leased = update(Operation).where(Operation.lease_token.is_not(None))
    return _execute(session, leased.values(lease_token=None, lease_until=None, wake_at=db_now()))


def begin_step(
    session: Session, claimed: Claim, work: type[Work], conf: cfg.ConfigOpts
) -> Task | None:
    """Renew the lease, count the attempt and read the rows.

    None when a delete was wished for meanwhile: then the delete has taken the operation's
    place. Raises LeaseLost.
    """
    operation = _owned(session, claimed)
    instance = session.get_one(Instance, operation.instance_id)
    if instance.wished == InstanceWish.DELETED and operation.kind != DELETE:
        _supersede(session, operation, instance, work)
        return None
    operation.attempts += 1
    operation.lease_until = db_now(conf.taskmanager.lease)
    timeout = work.timeout(conf)
    if operation.deadline_at is None and timeout is not None:
        operation.deadline_at = db_now(timeout)
    if operation.step == db_operations.FIRST_STEP:
        operation.step = work.first
    session.flush()
    return _read(session, operation.id)


def settle(session: Session, claimed: Claim, task: Task, work: Work, outcome: Outcome) -> bool:
    """Store how the step ended. True when the worker shall go on with the next step.

    Raises LeaseLost.
    """
    instance = session.get_one(Instance, task.instance.id, with_for_update=True)
    operation = _owned(session, claimed)
    if instance.wished == InstanceWish.DELETED and operation.kind != DELETE:
        _supersede(session, operation, instance, type(work))
        return False
    if isinstance(outcome, Fail):
        outcome = _turn_back(operation, work.undo, outcome)
    match outcome:
        case Next():
            _go_on(session, operation, task, outcome)
            return True
        case Wait(seconds):
            operation.attempts = 0
            _sleep(session, task, seconds)
        case Retry(reason, seconds):
            operation.error = reason
            _sleep(session, task, seconds)
        case Done(text, node):
            _update_node(session, task, node)
            old = instance.status
            instance.fault_message = instance.fault_at = None
            work.succeed(session, instance, operation.memo)
            check_transition(old, instance.status)
            _finish(session, operation, Verdict.SUCCEEDED, text)
        case Fail(reason):
            _fail(session, operation, instance, work, reason, InstanceStatus.ERROR)
        case Cleaned(text):
            db_operations.tell(session, instance.id, operation.step, text, operation.id)
            reason = operation.memo[_FAULT]
            _fail(session, operation, instance, work, reason, InstanceStatus.ERROR)
        case Restored(text, node):
            _update_node(session, task, node)
            db_operations.tell(session, instance.id, operation.step, text, operation.id)
            reason = operation.memo[_FAULT]
            _fail(session, operation, instance, work, reason, InstanceStatus.ACTIVE)
    return False


def _turn_back(operation: Operation, undo: str | None, failure: Fail) -> Next | Fail:
    """Undo it, with as much time again. An undo that fails itself is the end."""
    if first := operation.memo.get(_FAULT):
        return Fail(f"{first.rstrip('.')}; it could not be undone: {failure.reason}")
    if undo is None:
        return failure
    operation.memo = {**operation.memo, _FAULT: failure.reason}
    operation.deadline_at = None
    return Next(undo, f"It failed and is being cleaned up: {failure.reason}")


def _go_on(session: Session, operation: Operation, task: Task, outcome: Next) -> None:
    _update_node(session, task, outcome.node)
    if outcome.text is not None:
        db_operations.tell(session, task.instance.id, operation.step, outcome.text, operation.id)
    if outcome.memo:
        operation.memo = {**operation.memo, **outcome.memo}
    operation.step = outcome.step
    operation.attempts = 0


def _sleep(session: Session, task: Task, seconds: float) -> None:
    """Give the lease back until `seconds` have passed, or at once if a nudge came meanwhile."""
    free = update(Operation).where(Operation.id == task.operation_id)
    free = free.values(lease_token=None, lease_until=None)
    quiet = free.where(Operation.nudges == task.nudges)
    if not _execute(session, quiet.values(wake_at=db_now(seconds))):
        _execute(session, free.values(wake_at=db_now()))


def _finish(session: Session, operation: Operation, verdict: Verdict, text: str) -> None:
    db_operations.tell(session, operation.instance_id, operation.step, text, operation.id)
    operation.outcome = verdict
    operation.finished_at = utcnow()
    operation.wake_at = operation.live_key = operation.secrets = None
    operation.lease_token = operation.lease_until = None


def _fail(
    session: Session,
    operation: Operation,
    instance: Instance,
    work: Work,
    reason: str,
    status: InstanceStatus,
) -> None:
    work.give_up(session, instance, operation.memo)
    check_transition(instance.status, status)
    instance.status = status
    instance.fault_message, instance.fault_at = reason, utcnow()
    operation.error = reason
    _finish(session, operation, Verdict.FAILED, f"It failed: {reason}")


def _supersede(
    session: Session, operation: Operation, instance: Instance, work: type[Work]
) -> None:
    work.give_up(session, instance, operation.memo)
    _finish(session, operation, Verdict.SUPERSEDED, "It stopped, as the instance is to go.")
    session.flush()  # the live key must be free before the delete takes it
    db_operations.accept(
        session,
        DELETE,
        instance,
        request_id=operation.request_id,
        user_id=operation.user_id,
    )


def _owned(session: Session, claimed: Claim) -> Operation:
    operation = session.get(Operation, claimed.operation_id, with_for_update=True)
    if operation is None or operation.lease_token != claimed.token:
        raise LeaseLost(claimed.operation_id)
    return operation


def _read(session: Session, operation_id: str) -> Task:
    operation = session.get_one(Operation, operation_id)
    query = (
        select(Instance)
        .where(Instance.id == operation.instance_id)
        .options(
            joinedload(Instance.datastore_version),
            joinedload(Instance.flavor),
            joinedload(Instance.nodes),
        )
        .execution_options(populate_existing=True)
    )
    instance = session.scalars(query).unique().one()
    session.refresh(operation)
    return Task(
        operation_id=operation.id,
        request_id=operation.request_id,
        user_id=operation.user_id,
        kind=operation.kind,
        step=operation.step,
        memo=operation.memo,
        secrets=operation.secrets,
        is_late=_is_late(session, operation.deadline_at),
        attempts=operation.attempts,
        nudges=operation.nudges,
        instance=instance,
        node=instance.nodes[0],
        version=instance.datastore_version,
        flavor=instance.flavor,
    )


def _is_late(session: Session, deadline: datetime | None) -> bool:
    return deadline is not None and bool(session.scalar(select(db_now() > deadline)))


def _update_node(session: Session, task: Task, values: Mapping[str, Any]) -> None:
    node = session.get_one(Node, task.node.id)
    for column, value in values.items():
        setattr(node, column, value)


def _unleased() -> ColumnElement[bool]:
    return or_(Operation.lease_until.is_(None), Operation.lease_until < db_now())


def _execute(session: Session, statement: Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount

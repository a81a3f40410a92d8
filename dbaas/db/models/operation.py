"""Durable work: operations and what they told about themselves."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from dbaas.db.models.base import Base, enum_column, id_column, utcnow
from dbaas.db.models.instance import Instance


class Outcome(StrEnum):
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    SUPERSEDED = "SUPERSEDED"
    """A delete took its place."""


class Operation(Base):
    """One long piece of work on one instance, a named step at a time.

    `wake_at` is when a worker should look at it next; NULL means finished, so its index
    holds live work only. A worker owns the row while `lease_until` lies ahead, and may
    write to it only with the `lease_token` of its claim.
    """

    __tablename__ = "operation"
    __table_args__ = (
        CheckConstraint("(wake_at IS NULL) = (finished_at IS NOT NULL)", "finished_never_wakes"),
        CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", "finished_has_outcome"),
        CheckConstraint("(live_key IS NULL) = (finished_at IS NOT NULL)", "live_has_key"),
        CheckConstraint("finished_at IS NULL OR secrets IS NULL", "finished_keeps_no_secret"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(64))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    live_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """`instance:<id>` while it lives: an instance has one live operation at most."""
    step: Mapped[str] = mapped_column(String(64))
    memo: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What steps left for later steps. Never a secret."""
    secrets: Mapped[str | None] = mapped_column(Text)
    """Sealed by `dbaas.secrets`; wiped when the operation ends."""
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    nudges: Mapped[int] = mapped_column(default=0)
    """Counts wake-ups, so that one which arrives during a step is not slept over."""
    lease_token: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """Of the present step, without a result."""
    deadline_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    error: Mapped[str | None] = mapped_column(Text)
    """The newest failure of a step, in words for an operator."""
    request_id: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    finished_at: Mapped[datetime | None]


class Event(Base):
    """One plain sentence about what happened to an instance. Only ever added to."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "instance_id", "id"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    operation_id: Mapped[str | None] = mapped_column(ForeignKey("operation.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    step: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)


Instance.is_changing = column_property(
    select(Operation.id)
    .where(Operation.live_key == literal("instance:").concat(Instance.id))
    .correlate(Instance)
    .exists(),
    deferred=True,
)

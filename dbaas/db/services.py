"""Which task managers run. Times are the database's, so hosts' clocks do not matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dbaas.db.clock import db_now
from dbaas.db.models import Service

UP_SECONDS = 60
"""Seen within this, a service is up."""
_FORGET_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Seen:
    name: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    is_up: bool


def announce(session: Session, name: str, host: str, pid: int, version: str) -> None:
    """Say that a service runs; to be repeated well within UP_SECONDS."""
    row = session.get(Service, name)
    if row is None:
        now = db_now()
        row = Service(name=name, host=host, pid=pid, version=version, started_at=now)
        session.add(row)
    row.seen_at = db_now()
    session.execute(delete(Service).where(Service.seen_at < db_now(-_FORGET_SECONDS)))


def withdraw(session: Session, name: str) -> None:
    """Say that it has ended."""
    session.execute(delete(Service).where(Service.name == name))


def show(session: Session) -> Sequence[Seen]:
    """All that ran within a day and did not end orderly, by name."""
    is_up = (Service.seen_at > db_now(-UP_SECONDS)).label("is_up")
    rows = session.execute(select(Service, is_up).order_by(Service.name))
    return [
        Seen(row.name, row.host, row.pid, row.version, row.started_at, row.seen_at, bool(up))
        for row, up in rows
    ]

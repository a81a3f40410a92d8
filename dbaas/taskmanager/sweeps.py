"""What is looked at again and again: guests that may be silent, and servers."""

import logging
import threading
from collections.abc import Callable, Mapping

from oslo_config import cfg
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dbaas.db.clock import db_now
from dbaas.db.database import Database
from dbaas.db.models import Node
from dbaas.db.operations import tell
from dbaas.db.states import DatabaseStatus, InstanceStatus
from dbaas.drivers import Cloud

LOG = logging.getLogger(__name__)

MISSING = "MISSING"
"""Our word for a server that the cloud does not know any more."""


class Sweep:
    """Calls `work` every `interval` seconds on a thread of its own, until stopped."""

    def __init__(self, work: Callable[[], None], interval: float) -> None:
        self._work = work
        self._interval = interval
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _loop(self) -> None:
        while True:
            try:
                self._work()
            except Exception:  # the next round may succeed
                LOG.exception("A sweep failed; it is tried again")
            if self._stopping.wait(self._interval):
                return


def mark_silent_guests(database: Database, conf: cfg.ConfigOpts) -> None:
    """Report the database of a guest that fell silent as ERROR, without anybody asking."""
    expiry = conf.agent_heartbeat_expiry
    database.write(lambda session: _mark_silent(session, expiry))


def _mark_silent(session: Session, expiry: int) -> None:
    silent = (
        select(Node)
        .join(Node.instance)
        .options(joinedload(Node.instance))
        .where(
            Node.reported_at < db_now(-expiry),
            Node.database_status.is_not(None),
            Node.database_status != DatabaseStatus.ERROR,
        )
    )
    for node in session.scalars(silent):
        node.database_status = DatabaseStatus.ERROR
        text = f"The guest agent has not reported for {expiry} s."
        tell(session, node.instance_id, "report", text)


def look_at_servers(database: Database, cloud: Cloud) -> None:
    """Keep what the cloud says of each server; MISSING where it does not know it any more."""
    # Ours are read first: a server that is made meanwhile is not taken for missing.
    known = database.read(_servers)
    seen = cloud.compute.statuses()
    changed = {id_: new for id_, old in known.items() if (new := seen.get(id_, MISSING)) != old}
    if changed:
        database.write(lambda session: _store_statuses(session, changed))


def _servers(session: Session) -> dict[str, str | None]:
    query = select(Node.server_id, Node.server_status).where(Node.server_id.is_not(None))
    return {str(server_id): status for server_id, status in session.execute(query)}


def _store_statuses(session: Session, changed: Mapping[str, str]) -> None:
    query = select(Node).join(Node.instance).options(joinedload(Node.instance))
    for node in session.scalars(query.where(Node.server_id.in_(changed))):
        status = changed[str(node.server_id)]
        if node.server_status is not None and node.instance.status == InstanceStatus.ACTIVE:
            tell(session, node.instance_id, "server", f"The server is {status} now.")
        node.server_status = status

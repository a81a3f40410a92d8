"""What is looked at again and again: silent guests, and the cloud's flavors and networks."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from oslo_config import cfg
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dbaas.db.clock import db_now
from dbaas.db.database import Database
from dbaas.db.models import Flavor, Network, Node
from dbaas.db.operations import tell
from dbaas.db.states import DatabaseStatus
from dbaas.drivers import Cloud

LOG = logging.getLogger(__name__)
Row = TypeVar("Row", Flavor, Network)


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


def copy_catalogue(database: Database, cloud: Cloud) -> None:
    """Copy the cloud's flavors and networks, so that reads need not ask it."""
    flavors = [
        Flavor(
            id=f.id,
            name=f.name,
            ram=f.ram,
            vcpus=f.vcpus,
            disk=f.disk,
            ephemeral=f.ephemeral,
            present=True,
        )
        for f in cloud.compute.flavors()
    ]
    networks = [
        Network(
            id=n.id,
            name=n.name,
            project_id=n.project_id,
            filters_ports=n.filters_ports,
            cidrs=list(n.cidrs),
            is_routed=n.is_routed,
            present=True,
        )
        for n in cloud.networks.networks()
    ]
    database.write(lambda session: _replace(session, Flavor, flavors))
    database.write(lambda session: _replace(session, Network, networks))


def _replace(session: Session, kind: type[Row], seen: Sequence[Row]) -> None:
    ids = {row.id for row in seen}
    for row in session.scalars(select(kind)):
        row.present = row.id in ids
    for row in seen:
        session.merge(row)

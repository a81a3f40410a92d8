"""Copies of the cloud's flavors and networks, so that the API need not ask it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from dbaas.db.database import Database
from dbaas.db.models import Flavor, Network
from dbaas.drivers import Cloud

Row = TypeVar("Row", Flavor, Network)
_SPACING = 1.0
_PATIENCE = 5.0


class Looks:
    """Repeats `look` for whoever needs a new one, but not more often than once in a second."""

    def __init__(self, look: Callable[[], None], spacing: float = _SPACING) -> None:
        self._look = look
        self._spacing = spacing
        self._lock = threading.Lock()
        self._began = float("-inf")

    def again(self) -> None:
        """Return after a look that began after now; many callers share it."""
        asked = time.monotonic()
        if not self._lock.acquire(timeout=_PATIENCE):
            raise TimeoutError("the cloud is being looked at for too long")
        try:
            if self._began <= asked:
                time.sleep(max(0.0, self._began + self._spacing - asked))
                self._began = time.monotonic()
                self._look()
        finally:
            self._lock.release()


def copy_catalogue(database: Database, cloud: Cloud) -> None:
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

"""Looks at the database and at the agent's jobs, and says what it saw."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from dbaas.db.states import DatabaseStatus
from dbaas.guestagent.container import Container
from dbaas.guestagent.datastores import Datastore
from dbaas.guestagent.errors import GuestError, Interrupted
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.sequence import Sequence
from dbaas.rpc.guest import Refused

LOG = logging.getLogger(__name__)

Report = dict[str, Any]

_LOCK_PATIENCE = 0.5
_VOLUME_INTERVAL = 30
_STARTS = ("start", "restart", "release_volume", "take_volume")
"""Jobs that stop or start the database."""


class Observer:
    def __init__(
        self,
        datastore: Datastore,
        container: Container,
        table: JobTable,
        running: Callable[[], str | None],
        sequence: Sequence,
        lock: threading.Lock,
    ) -> None:
        self._datastore = datastore
        self._container = container
        self._table = table
        self._running = running
        self._sequence = sequence
        self._lock = lock
        self._volume_used: int | None = None
        self._volume_seen = -float("inf")
        self._volume_status: DatabaseStatus | None = None

    def look(self) -> Report:
        """The inventory. The caller holds the lock, so that a newer look has a higher seq."""
        return {"seq": self._sequence.next(), **self._datastore.inventory()}

    def report(self) -> Report:
        jobs = self._table.recent()
        status, version = self._observe()
        return {
            "seq": self._sequence.next(),
            "status": status.value,
            "version": version,
            "volume_used": self._volume(status),
            "inventory": self._try_look() if status is DatabaseStatus.HEALTHY else None,
            "jobs": jobs,
        }

    def _observe(self) -> tuple[DatabaseStatus, str | None]:
        kind = self._running()
        if kind == "prepare" or not self._datastore.prepared:
            return DatabaseStatus.BUILD, None
        version = self._datastore.probe()
        # A restart may have begun during the probe, and be why it was not answered.
        if (kind or self._running()) in _STARTS:
            return DatabaseStatus.RESTARTING, version
        if version is not None:
            return DatabaseStatus.HEALTHY, version
        return self._without_answer(), None

    def _without_answer(self) -> DatabaseStatus:
        try:
            state = self._container.state()
        except GuestError as error:
            LOG.warning("the container cannot be seen: %s", error)
            return DatabaseStatus.ERROR
        return DatabaseStatus.ERROR if state and state.running else DatabaseStatus.SHUTDOWN

    def _try_look(self) -> Report | None:
        """None while a change is going on: it looks by itself."""
        if not self._lock.acquire(timeout=_LOCK_PATIENCE):
            return None
        try:
            return self.look()
        except (Refused, Interrupted) as error:
            LOG.warning("the inventory cannot be seen: %s", error)
            return None
        finally:
            self._lock.release()

    def _volume(self, status: DatabaseStatus) -> int | None:
        """Looked at now and then: not every number is worth a walk through the volume."""
        if status is DatabaseStatus.BUILD:
            return None
        now = time.monotonic()
        if now - self._volume_seen > _VOLUME_INTERVAL or status is not self._volume_status:
            try:
                self._volume_used = self._container.volume_used()
                self._volume_seen, self._volume_status = now, status
            except GuestError as error:
                LOG.debug("the volume cannot be seen: %s", error)
        return self._volume_used

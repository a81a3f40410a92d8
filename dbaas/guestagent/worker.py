"""Runs the jobs of a table, one at a time."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from dbaas.guestagent.errors import GuestError, Stopping
from dbaas.guestagent.jobs import FAILED, SUCCEEDED, Job, JobTable
from dbaas.rpc.guest import Refused

LOG = logging.getLogger(__name__)

Body = Callable[[dict[str, Any]], Any]
"""What a kind of job does. It may be run again from its beginning at any point."""

_STOP_PATIENCE = 10


class Worker:
    def __init__(
        self,
        table: JobTable,
        bodies: Mapping[str, Body],
        stopping: threading.Event,
        changed: Callable[[], None],
    ) -> None:
        self._table = table
        self._bodies = bodies
        self._stopping = stopping
        self._changed = changed
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self.running: str | None = None
        """The kind of the job that is being done."""

    def begin(self) -> None:
        """Go on with what an earlier agent left, then take new jobs."""
        for name in self._table.unfinished():
            self._queue.put(name)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> bool:
        """Bodies see `stopping`, which the caller has set, and give up. True if the last has."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(_STOP_PATIENCE)
        return not self._thread.is_alive()

    def start(self, name: str, kind: str, args: dict[str, Any]) -> Job:
        """Have the job done unless it is or was; its present state."""
        if kind not in self._bodies:
            raise Refused("invalid", f"there are no jobs of the kind {kind!r}")
        if self._table.add(name, kind, args):
            self._queue.put(name)
            self._changed()
        job = self._table.get(name)
        assert job is not None
        return job

    def _loop(self) -> None:
        while (name := self._queue.get()) is not None and not self._stopping.is_set():
            job = self._table.get(name)
            assert job is not None
            self.running = job.kind
            try:
                self._run(job)
            finally:
                self.running = None
                self._changed()

    def _run(self, job: Job) -> None:
        LOG.info("job %s (%s) runs", job.name, job.kind)
        reason, result = None, None
        try:
            result = self._bodies[job.kind](self._table.args(job.name))
        except Stopping:
            LOG.info("job %s is left for the next start of the agent", job.name)
            return
        except (GuestError, Refused) as error:
            reason = str(error) or type(error).__name__
        except Exception as error:
            LOG.exception("job %s broke", job.name)
            reason = f"the guest agent has a fault: {type(error).__name__}"
        LOG.info("job %s ended: %s", job.name, reason or "well")
        self._table.end(job.name, FAILED if reason else SUCCEEDED, reason, result)

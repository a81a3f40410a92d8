"""Claims due operations and runs their steps.

The database is the only truth: `poke` makes the engine look at once, and losing a poke costs
one poll interval. Waiting operations hold no thread. Many engines may run side by side.
"""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from oslo_config import cfg
from oslo_context.context import RequestContext

from dbaas.db.database import Database
from dbaas.drivers import CloudError, CloudRefused
from dbaas.rpc.guest import Refused, Unreachable
from dbaas.taskmanager import claims
from dbaas.taskmanager.operations import OPERATIONS
from dbaas.taskmanager.outcomes import Fail, Outcome, Retry, Wait
from dbaas.taskmanager.work import Task, Tools, Work

LOG = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
"""Of one step that raises, before its operation fails; lasting steps go on for ever."""
_LONGEST_RETRY = 60.0


class Engine:
    """One process's workers. `start`, then `poke` whenever something may be due, `stop`."""

    def __init__(self, database: Database, tools: Tools, conf: cfg.ConfigOpts) -> None:
        self._db = database
        self._tools = tools
        self._conf = conf
        self._lease = float(conf.taskmanager.lease)
        self._slots = conf.taskmanager.workers
        self._pool = ThreadPoolExecutor(self._slots, "operation")
        self._wake = threading.Condition()
        self._poked = False
        self._next_due = 0.0
        self._stopping = threading.Event()
        self._running: dict[claims.Claim, float] = {}
        """When, on the monotonic clock, the present step of each began."""
        self._thread = threading.Thread(target=self._dispatch, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def poke(self) -> None:
        with self._wake:
            self._poked = True
            self._wake.notify()

    def stop(self) -> None:
        """Return when the steps under way have ended; what is left goes on elsewhere."""
        self._stopping.set()
        self.poke()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            if time.monotonic() >= self._next_due:
                self._next_due = time.monotonic() + self._conf.taskmanager.poll_interval
            try:
                self._claim_due()
            except Exception:  # the database may be away; it will come back
                LOG.exception("Could not look for due operations; looking again soon")
            self._die_if_stuck()
            with self._wake:
                timeout = max(0.0, self._next_due - time.monotonic())
                self._wake.wait_for(lambda: self._poked, timeout)
                self._poked = False

    def _claim_due(self) -> None:
        free = self._slots - len(self._running)
        if free <= 0:
            return
        for operation_id in self._db.read(lambda s: claims.due(s, free)):
            claimed = self._db.write(
                partial(claims.claim, operation_id=operation_id, lease=self._lease)
            )
            if claimed is not None:
                self._running[claimed] = time.monotonic()
                self._pool.submit(self._run, claimed)

    def _run(self, claimed: claims.Claim) -> None:
        try:
            while self._run_step(claimed):
                pass
        except claims.LeaseLost:
            LOG.warning("Lost the lease of operation %s", claimed.operation_id)
        except Exception:  # the lease ends by itself, and the row is due again
            LOG.exception("Operation %s could not be stored", claimed.operation_id)
        finally:
            del self._running[claimed]
            self.poke()

    def _run_step(self, claimed: claims.Claim) -> bool:
        """Take one step; True when the next one shall follow at once."""
        self._running[claimed] = time.monotonic()
        work = OPERATIONS[claimed.kind](self._tools)
        task = self._db.write(lambda s: claims.begin_step(s, claimed, type(work), self._conf))
        if task is None:
            return False
        _log_as(task)
        outcome = self._attempt(work, task)
        go_on = self._db.write(lambda s: claims.settle(s, claimed, task, work, outcome))
        if isinstance(outcome, Wait | Retry):
            self._look_again_in(outcome.seconds)
        if go_on and self._stopping.is_set():
            self._db.write(lambda s: claims.give_back(s, claimed))
            return False
        return go_on

    def _attempt(self, work: Work, task: Task) -> Outcome:
        known = task.step in work.steps
        lasting = known and work.is_lasting(task.step)
        if task.is_late and not lasting:
            return Fail(work.late(task))
        began = time.monotonic()
        try:
            outcome = work.run(task)
        except Exception as error:  # whatever a step meets, its operation goes on
            LOG.exception("Operation %s: step %s raised", task.operation_id, task.step)
            # What only a newer release knows is left to one.
            return _after_error(task, error, may_fail=known and not lasting)
        if not isinstance(outcome, Wait):
            took = time.monotonic() - began
            LOG.info("%s: step %s ended, its calls took %.3f s", task.kind, task.step, took)
        return outcome

    def _look_again_in(self, seconds: float) -> None:
        self._next_due = min(self._next_due, time.monotonic() + seconds)

    def _die_if_stuck(self) -> None:
        """End the process while its leases still hold, rather than work on without them."""
        limit = time.monotonic() - 0.75 * self._lease
        stuck = [c.operation_id for c, began in list(self._running.items()) if began < limit]
        if stuck:
            LOG.critical("A step outlived its slot, ending the process: %s", ", ".join(stuck))
            os._exit(os.EX_SOFTWARE)


def _log_as(task: Task) -> None:
    """From now on this thread's lines carry the request that the operation came from."""
    RequestContext(
        request_id=task.request_id,
        user_id=task.user_id,
        project_id=task.instance.project_id,
        resource_uuid=f"{task.instance.id}, operation: {task.operation_id}",
    )


def _after_error(task: Task, error: Exception, may_fail: bool) -> Outcome:
    if may_fail and isinstance(error, CloudRefused):  # asking again will not help
        return Fail(str(error))
    if may_fail and task.attempts >= MAX_ATTEMPTS:
        return Fail(f"the step {task.step} failed {task.attempts} times: {_words(error)}")
    return Retry(f"{task.step}: {_words(error)}", _delay(task.attempts))


def _delay(attempts: int) -> float:
    """Seconds until the next attempt; a lasting step may have had any number of them."""
    return min(2.0 ** min(attempts - 2, 10), _LONGEST_RETRY)


def _words(error: Exception) -> str:
    """What an instance's owner may read of an error; other details stay in the log."""
    if isinstance(error, CloudError | Refused | Unreachable):
        return str(error)
    return f"internal error ({type(error).__name__})"

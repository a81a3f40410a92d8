"""What the agent tells the task manager, unasked.

A report is {"seq", "status" (a DatabaseStatus), "version" (str | None), "volume_used" (bytes |
None), "inventory" ({"seq", "databases", "users", "root_enabled"} | None), "jobs" ({name: state}
of the newest)}. `seq` only ever rises. One goes out when anything has changed, and otherwise
every `report_interval`; the inventory rides along when it changed, and now and then to mend a
loss.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from oslo_config import cfg

from dbaas.db.states import DatabaseStatus
from dbaas.guestagent.keeper import Keeper
from dbaas.guestagent.observer import Observer, Report

LOG = logging.getLogger(__name__)

_INVENTORY_EVERY = 10
_UNHEALTHY_PAUSE = 1.0
_STOP_PATIENCE = 5
_STUCK = 600
"""Seconds that a look at the database never takes: Docker's time-outs are far shorter."""


class Reporter:
    def __init__(
        self,
        observer: Observer,
        options: cfg.ConfigOpts.GroupAttr,
        send: Callable[[Report], None],
        keeper: Keeper,
    ) -> None:
        self._observer = observer
        self._options = options
        self._send = send
        self._keeper = keeper
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._loop, name="reports", daemon=True)
        self._sent: Report = {}
        self._sent_at = -float("inf")
        self._looked_at = time.monotonic()
        self._told = 0
        """Reports since the last that had the inventory."""

    def begin(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and time.monotonic() - self._looked_at < _STUCK

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_PATIENCE)

    def poke(self) -> None:
        """Look now: something has changed."""
        self._wake.set()

    def _loop(self) -> None:
        while not self._stopped:
            self._wake.clear()
            self._looked_at = time.monotonic()
            pause = self._options.probe_interval
            try:
                report = self._observer.report()
                self._tell(report)
                self._keeper.see(report["status"])
                if report["status"] not in (DatabaseStatus.HEALTHY, DatabaseStatus.BUILD):
                    pause = min(pause, _UNHEALTHY_PAUSE)
            except Exception:
                LOG.exception("no report could be made or sent")
            self._wake.wait(min(pause, self._options.report_interval))

    def _tell(self, report: Report) -> None:
        """Send it if there is a reason to."""
        news = _gist(report) != _gist(self._sent)
        if not news and time.monotonic() - self._sent_at < self._options.report_interval:
            return
        whole = _inventory(report) != _inventory(self._sent) or self._told >= _INVENTORY_EVERY
        self._send(report if whole else {**report, "inventory": None})
        self._told = 0 if whole else self._told + 1
        self._sent, self._sent_at = report, time.monotonic()


def _gist(report: Report) -> Any:
    """What is news when it changes."""
    return [report.get(key) for key in ("status", "version", "jobs")] + [_inventory(report)]


def _inventory(report: Report) -> Any:
    look = report.get("inventory")
    return look and {key: value for key, value in look.items() if key != "seq"}

"""Starts a database again that is down though nobody stopped it.

Docker restarts a container whose process ends; it does not after the machine's or the engine's
own unhappy end, nor once it has given up.
"""

import logging
import time
import uuid
from collections.abc import Callable

from dbaas.db.states import DatabaseStatus

LOG = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class Keeper:
    """:param start: begins a job of that name that brings the database up"""

    def __init__(self, start: Callable[[str], object]) -> None:
        self._start = start
        self._pause = _FIRST_PAUSE
        self._not_before = 0.0

    def see(self, status: str) -> None:
        """Act on what was just observed; a database that stays down is tried ever less often."""
        if status == DatabaseStatus.HEALTHY:
            self._pause = _FIRST_PAUSE
        if status != DatabaseStatus.SHUTDOWN or time.monotonic() < self._not_before:
            return
        LOG.warning("the database is down; starting it")
        self._not_before = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._start(f"keep/{uuid.uuid4()}")

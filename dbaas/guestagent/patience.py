"""Waiting for a database to come up, as long as it gets on."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dbaas.guestagent.container import Container, ContainerState
from dbaas.guestagent.errors import DatabaseDown, Stopping

LOOK, CONTAINER_LOOK = 0.03, 0.25
_PAUSES, _LONGEST_PAUSE = 5, 1.0
_LOG_LINES, _SHOWN = 60, 5
_TROUBLE = re.compile(r"\[ERROR\]|\bERROR\b|FATAL|PANIC|cannot|No space left", re.IGNORECASE)


@dataclass
class Patience:
    """It ends after `idle` seconds without a log line or work, and after `limit` at any rate."""

    container: Container
    stopping: threading.Event
    idle: float = 60
    limit: float = 1500
    secrets: Iterable[str] = field(default=(), repr=False)
    """Replaced in log lines, should a database ever write one down."""

    def wait(self, answers: Callable[[], str | None]) -> str:
        """What `answers` returned once it was not None. Raises DatabaseDown or Stopping."""
        started = progressed = looked = time.monotonic()
        restarts, trace = self._state().restarts, self._trace()
        began = started
        while (answer := answers()) is None:
            now = time.monotonic()
            if now - looked >= CONTAINER_LOOK:
                looked = now
                self._check_alive(restarts)
            if now - progressed >= self.idle:
                old, trace = trace, self._trace()
                if trace == old:
                    raise self._down(f"it did not answer, nor get on, for {self.idle:.0f} s")
                progressed = now
            if now - started >= self.limit:
                raise self._down(f"it did not answer within {self.limit:.0f} s")
            if self.stopping.wait(_pause(time.monotonic() - began)):
                raise Stopping
            began = time.monotonic()
        return answer

    def _check_alive(self, restarts: int) -> None:
        state = self._state()
        if state.out_of_memory:
            raise self._down("it needs more memory than its flavor has, and was killed")
        if not state.running or state.restarts > restarts:
            why = f", {state.error}" if state.error else ""
            raise self._down(f"it exited with code {state.exit_code}{why}")

    def _state(self) -> ContainerState:
        state = self.container.state()
        if state is None:
            raise DatabaseDown("the database does not come up: its container was removed")
        return state

    def _trace(self) -> tuple[int, list[str]]:
        return self.container.processor_seconds(), self.container.log_lines(1)

    def _down(self, why: str) -> DatabaseDown:
        lines = self.container.log_lines(_LOG_LINES)
        telling = [line for line in lines if _TROUBLE.search(line)] or lines
        text = " | ".join(telling[-_SHOWN:])
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return DatabaseDown(f"the database does not come up: {why}. Its log: {text}"[:2000])


def _pause(look: float) -> float:
    """Seconds until the next look: where one takes long, the database needs the processors."""
    return min(max(LOOK, _PAUSES * look), _LONGEST_PAUSE)

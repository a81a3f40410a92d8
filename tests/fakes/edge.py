"""What fake clouds and guests have in common: they do as they are told."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 20.0
"""Seconds after which a test that waits for something gives up."""


class Killed(BaseException):
    """The process ends here, as far as the thread that meets it can tell."""


class Gate:
    """A place where a thread stands still until it is let through."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._opened = threading.Event()

    def pass_through(self) -> None:
        self._entered.set()
        if not self._opened.wait(PATIENCE):
            raise TimeoutError("the gate was never opened")

    def wait_until_entered(self) -> None:
        if not self._entered.wait(PATIENCE):
            raise TimeoutError("nobody came to the gate")

    def open(self) -> None:
        self._opened.set()


class Edge:
    """Calls by name, each of which may be made to fail, to lose its answer or to stand still."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.calls: list[str] = []
        self._before: dict[str, deque[Callable[[], None]]] = defaultdict(deque)
        self._after: dict[str, deque[Callable[[], None]]] = defaultdict(deque)

    def fail(self, call: str, error: Exception, times: int = 1) -> None:
        """Nothing is done, and the caller is told so."""
        self._before[call].extend([lambda: _raise(error)] * times)

    def lose_answer(self, call: str, error: Exception, times: int = 1) -> None:
        """It is done, but the caller is told that it failed."""
        self._after[call].extend([lambda: _raise(error)] * times)

    def block(self, call: str) -> Gate:
        """The next caller stands still before anything is done."""
        gate = Gate()
        self._before[call].append(gate.pass_through)
        return gate

    def heal(self) -> None:
        """Forget what was told."""
        self._before.clear()
        self._after.clear()

    @contextmanager
    def calling(self, call: str) -> Iterator[None]:
        with self.lock:
            self.calls.append(call)
        self._play(self._before[call])
        with self.lock:
            yield
        self._play(self._after[call])

    def _play(self, plan: deque[Callable[[], None]]) -> None:
        with self.lock:
            action = plan.popleft() if plan else None
        if action is not None:
            action()


def _raise(error: Exception) -> None:
    raise error

"""Waiting for what must come, without guessing how long it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PATIENCE, _PAUSE = 120.0, 0.1


class NeverCame(AssertionError):
    """What was waited for did not come."""


def until(look: Callable[[], T | None], what: str, patience: float = _PATIENCE) -> T:
    """The first answer of `look` that is not false, empty or None."""
    deadline = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise NeverCame(what)
        time.sleep(_PAUSE)

"""What a build is doing, and how long each part of it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def phase(what: str) -> Iterator[None]:
    """Says what begins, and afterwards how long it took."""
    print(f"{what} …", file=sys.stderr, flush=True)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:5.1f} s  {what}", file=sys.stderr, flush=True)

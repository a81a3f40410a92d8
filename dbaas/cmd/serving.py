"""Serving a WSGI application until the process is told to stop."""

import logging
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import waitress

LOG = logging.getLogger(__name__)

_FLUSH_SECONDS = 5.0


def serve(
    app: Callable[..., Any],
    host: str,
    port: int,
    threads: int,
    ready: Callable[[], object] = lambda: None,
) -> None:
    """Return after SIGTERM or SIGINT, when the requests under way have been answered.

    :param ready: called once it listens
    """

    def stop(*_: object) -> None:
        raise SystemExit  # waitress ends its loop on it, and waits for its threads

    sockets: dict[int, Any] = {}
    try:
        server = waitress.create_server(
            app, map=sockets, host=host, port=port, threads=threads, ident=None
        )
    except OSError as error:
        sys.exit(f"cannot listen on {host}:{port}: {error.strerror}")
    LOG.info("Listening on http://%s:%s", host, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    ready()
    server.run()
    _flush(server, sockets)


def _flush(server: Any, sockets: dict[int, Any]) -> None:
    """Send the answers that were ready when the loop ended; nobody new is listened to."""
    server.accepting = False
    deadline = time.monotonic() + _FLUSH_SECONDS
    while time.monotonic() < deadline and any(
        channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        server.asyncore.loop(timeout=0.1, map=sockets, count=1)

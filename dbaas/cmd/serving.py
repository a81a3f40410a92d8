"""Serving a WSGI application until the process is told to stop."""

import signal
from collections.abc import Callable
from typing import Any

import waitress


def serve(app: Callable[..., Any], host: str, port: int, threads: int) -> None:
    """Return after SIGTERM or SIGINT, when the requests under way have been answered."""

    def stop(*_: object) -> None:
        raise SystemExit  # waitress ends its loop on it, and waits for its threads

    server = waitress.create_server(app, host=host, port=port, threads=threads, ident=None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.run()

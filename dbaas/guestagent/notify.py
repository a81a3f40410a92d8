"""What systemd is told of the service it has started (sd_notify). Nothing, where it has not."""

import os
import socket


def tell(state: str) -> None:
    """Such as READY=1."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.connect("\0" + address[1:] if address[0] == "@" else address)
            to.send(state.encode())


def watchdog_interval() -> float | None:
    """Seconds after which to say again that all is well; None if nobody wants to know."""
    limit = os.environ.get("WATCHDOG_USEC")
    return int(limit) / 1_000_000 / 3 if limit else None

"""Whether MySQL itself answers at the port that clients use."""

import socket

_TIMEOUT = 2.0
_PROTOCOL, _ERROR = 10, 0xFF
_TOO_MANY_CONNECTIONS, _NO_ACCOUNT_FOR_HOST = 1040, 1130


def greets(address: str, port: int) -> bool:
    """Whether its greeting comes.

    A server that is full, or has no account yet for where this comes from, is one that works.
    """
    try:
        with socket.create_connection((address, port), _TIMEOUT) as connection:
            connection.settimeout(_TIMEOUT)
            packet = connection.recv(64)
    except OSError:
        return False
    kind, number = packet[4:5], int.from_bytes(packet[5:7], "little")
    if kind == bytes([_ERROR]):
        return number in (_TOO_MANY_CONNECTIONS, _NO_ACCOUNT_FOR_HOST)
    return kind == bytes([_PROTOCOL])

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dbaas.guestagent.datastores.mysql.greeting import greets
from tests.guestagent.nodes import Node


@contextmanager
def _server(answer: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _error(number: int) -> bytes:
    return b"\x10\0\0\0\xff" + number.to_bytes(2, "little") + b"text"


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        (b"J\0\0\0\x0a9.7.0\0", True),
        (_error(1040), True),
        (_error(1130), True),
        (_error(1129), False),
        (b"HTTP/1.1 400 Bad Request", False),
        (b"", False),
    ],
)
def test_only_mysql_greets(answer: bytes, good: bool) -> None:
    with _server(answer) as port:
        assert greets("127.0.0.1", port) is good


def test_nobody_greets_at_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert not greets("127.0.0.1", port)


def test_the_database_greets(shared_node: Node) -> None:
    assert greets(shared_node.address, 3306)

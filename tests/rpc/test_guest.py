"""Calls of a guest, over the broker in this process and over RabbitMQ."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import oslo_messaging
import pytest

from dbaas import conf as dbaas_conf
from dbaas.rpc import guest as rpc
from dbaas.rpc import transport as rpc_transport
from dbaas.rpc.guest import GuestClient, Refused, Unreachable
from tests import databases

BROKERS = ("fake",) if databases.SQLITE_ONLY else ("fake", "rabbit")


def broker_url(kind: str) -> str:
    if kind == "fake":
        return "fake://"
    if url := os.environ.get("DBAAS_TEST_RABBIT_URL"):
        return url
    pytest.fail("DBAAS_TEST_RABBIT_URL is not set: run the tests with script/test", pytrace=False)


@pytest.fixture(scope="module", params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Iterator[oslo_messaging.Transport]:
    conf = dbaas_conf.load(files=[])
    conf.set_override("transport_url", broker_url(request.param))
    transport = rpc_transport.connect(conf)
    yield transport
    transport.cleanup()


class ForeignError(Exception):
    """Of a class that the caller must not come to know."""


class Guest:
    target = oslo_messaging.Target(version=rpc.VERSION)

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def echo(self, context: Any, **arguments: Any) -> Any:
        self.heard.append(arguments)
        return {"ok": arguments}

    def refuse(self, context: Any, code: str) -> Any:
        return {"refused": {"code": code, "message": "the words"}}

    def wonder(self, context: Any) -> Any:
        return {"unknown": "the connection broke"}

    def answer(self, context: Any, value: Any) -> Any:
        return value

    def fail(self, context: Any, name: str) -> Any:
        kinds = (ForeignError, ValueError, KeyError, TimeoutError, Refused, OSError)
        kind = next(kind for kind in kinds if kind.__name__ == name)
        raise kind("not_found", "password=hunter2")

    def _hidden(self, context: Any) -> Any:
        return {"ok": "reached"}


@contextmanager
def serving(broker: oslo_messaging.Transport, node_id: str, guest: object) -> Iterator[None]:
    server = rpc_transport.serve(broker, rpc.target(node_id), guest)
    try:
        yield
    finally:
        server.stop()
        server.wait()


@pytest.fixture(scope="module")
def node(broker: oslo_messaging.Transport) -> Iterator[str]:
    node_id = str(uuid.uuid4())
    with serving(broker, node_id, Guest()):
        yield node_id


@pytest.fixture
def client(broker: oslo_messaging.Transport) -> GuestClient:
    return GuestClient(broker, timeout=10)


def test_call(client: GuestClient, node: str) -> None:
    value = {"text": "ä", "list": [1, None, 2.5], "no": False}
    assert client.call(node, "echo", **value) == value


@pytest.mark.parametrize("code", ["exists", "not_found", "invalid", "not_ready", "failed"])
def test_refused(client: GuestClient, node: str, code: str) -> None:
    with pytest.raises(Refused, match="the words") as caught:
        client.call(node, "refuse", code=code)
    assert caught.value.code == code


def test_guest_that_does_not_know(client: GuestClient, node: str) -> None:
    with pytest.raises(Unreachable, match="the connection broke"):
        client.call(node, "wonder")


def test_nobody_answers(broker: oslo_messaging.Transport) -> None:
    client = GuestClient(broker, timeout=1)
    with pytest.raises(Unreachable, match="did not answer within 1 s"):
        client.call(str(uuid.uuid4()), "echo")


@pytest.mark.parametrize(
    "name", ["ForeignError", "ValueError", "KeyError", "TimeoutError", "OSError", "Refused"]
)
def test_error_of_a_guest_carries_no_class_of_its_own(
    client: GuestClient, node: str, name: str
) -> None:
    """A guest belongs to its tenant: it must not choose what is raised here, nor what is told."""
    with pytest.raises(Unreachable) as caught:
        client.call(node, "fail", name=name)
    assert type(caught.value) is Unreachable
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "ok",
        7,
        {},
        {"refused": None},
        {"refused": {}},
        {"refused": {"code": 5, "message": []}},
        {"unknown": ["why"]},
    ],
    ids=str,
)
def test_answer_of_a_wrong_shape_is_none(client: GuestClient, node: str, value: Any) -> None:
    with pytest.raises(Unreachable, match="the guest"):
        client.call(node, "answer", value=value)


@pytest.mark.parametrize("method", ["_hidden", "nothing", "target"])
def test_only_public_methods_are_reached(client: GuestClient, node: str, method: str) -> None:
    with pytest.raises(Unreachable):
        client.call(node, method)


def test_guests_do_not_hear_each_other(
    broker: oslo_messaging.Transport, client: GuestClient, node: str
) -> None:
    other_id, other = str(uuid.uuid4()), Guest()
    with serving(broker, other_id, other):
        for number in range(5):
            client.call(node, "echo", number=number)
        assert other.heard == []
        client.call(other_id, "echo", number=5)
        assert other.heard == [{"number": 5}]

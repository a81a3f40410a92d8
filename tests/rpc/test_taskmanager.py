"""What the task manager is told."""

import queue
from typing import Any

import oslo_messaging

from dbaas.rpc import taskmanager as rpc
from dbaas.rpc import transport as rpc_transport
from tests.rpc.test_guest import broker

__all__ = ["broker"]


class Listener:
    target = oslo_messaging.Target(version="1.0")

    def __init__(self) -> None:
        self.heard: queue.Queue[Any] = queue.Queue()

    def hint(self, context: Any) -> None:
        self.heard.put("hint")

    def report(self, context: Any, node_id: str, report: Any) -> None:
        self.heard.put((node_id, report))


def test_hints_and_reports_arrive(broker: oslo_messaging.Transport) -> None:  # noqa: F811
    listener = Listener()
    target = oslo_messaging.Target(topic=rpc.TOPIC, server="one")
    server = rpc_transport.serve(broker, target, listener)
    client = rpc.TaskManagerClient(broker)
    client.hint()
    assert listener.heard.get(timeout=20) == "hint"
    client.report("node-1", {"seq": 1, "status": "HEALTHY"})
    assert listener.heard.get(timeout=20) == ("node-1", {"seq": 1, "status": "HEALTHY"})
    server.stop()
    server.wait()


def test_nobody_has_to_listen(broker: oslo_messaging.Transport) -> None:  # noqa: F811
    rpc.TaskManagerClient(broker).hint()

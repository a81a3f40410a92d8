"""What the task manager is told."""

import queue
import uuid
from typing import Any

import oslo_messaging
import pytest
from oslo_messaging import exceptions

from dbaas import conf as dbaas_conf
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


def test_hints_and_reports_arrive(broker: oslo_messaging.Transport) -> None:
    listener = Listener()
    target = oslo_messaging.Target(topic=rpc.TOPIC, server="one")
    server = rpc_transport.serve(broker, target, listener)
    client = rpc.TaskManagerClient(broker)
    client.hint()
    assert listener.heard.get(timeout=20) == "hint"
    node_id = str(uuid.uuid4())
    client.report(node_id, {"seq": 1, "status": "HEALTHY"})
    # Hints of an earlier run may still be in the queue.
    while (heard := listener.heard.get(timeout=20)) == "hint":
        pass
    assert heard == (node_id, {"seq": 1, "status": "HEALTHY"})
    server.stop()
    server.wait()


def test_nobody_has_to_listen(broker: oslo_messaging.Transport) -> None:
    rpc.TaskManagerClient(broker).hint()


def test_broker_that_is_away_is_not_waited_for() -> None:
    """An API that waits for it would answer nobody any more, for a hint that may be lost."""
    conf = dbaas_conf.load(files=[])
    conf.set_override("transport_url", "rabbit://nobody:nothing@127.0.0.1:1/")
    client = rpc.TaskManagerClient(rpc_transport.connect(conf))
    with pytest.raises(exceptions.MessageDeliveryFailure, match="hint"):
        client.hint()
    with pytest.raises(exceptions.MessageDeliveryFailure, match="report"):
        client.report("node-1", {})

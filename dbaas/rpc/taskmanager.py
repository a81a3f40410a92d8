"""What the task manager is told. Both messages may be lost: the database has the truth."""

from typing import Any

import oslo_messaging

TOPIC = "taskmanager"
TARGET = oslo_messaging.Target(topic=TOPIC, version="1.0")


class TaskManagerClient:
    def __init__(self, transport: oslo_messaging.Transport) -> None:
        self._client = oslo_messaging.get_rpc_client(transport, TARGET)

    def hint(self) -> None:
        """Say that there is new work. Its loss costs one poll interval."""
        self._client.cast({}, "hint")

    def report(self, node_id: str, report: dict[str, Any]) -> None:
        """What a guest agent observed; see `dbaas.guestagent.report` for the shape."""
        self._client.cast({}, "report", node_id=node_id, report=report)

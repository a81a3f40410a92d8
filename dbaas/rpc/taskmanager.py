"""What the task manager is told. Both messages may be lost: the database has the truth."""

from typing import Any

import oslo_messaging
from oslo_messaging import exceptions

TOPIC = "taskmanager"
TARGET = oslo_messaging.Target(topic=TOPIC, version="1.0")


class TaskManagerClient:
    """Raises MessageDeliveryFailure where the broker is away; nobody waits until it is back."""

    def __init__(self, transport: oslo_messaging.Transport) -> None:
        self._client = oslo_messaging.get_rpc_client(transport, TARGET, retry=1)

    def hint(self) -> None:
        """Say that there is new work. Its loss costs one poll interval."""
        self._cast("hint")

    def report(self, node_id: str, report: dict[str, Any]) -> None:
        """What a guest agent observed; see `dbaas.guestagent.report` for the shape."""
        self._cast("report", node_id=node_id, report=report)

    def _cast(self, method: str, **arguments: Any) -> None:
        try:
            self._client.cast({}, method, **arguments)
        except Exception as error:  # the library below raises errors of its own
            raise exceptions.MessageDeliveryFailure(f"{method}: {error}") from error

"""What the task manager is told and asked. All may be lost: the database has the truth."""

from typing import Any

import oslo_messaging
from oslo_messaging import exceptions

TOPIC = "taskmanager"
LOOK_TIMEOUT = 5
"""Seconds"""
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

    def look_again(self) -> None:
        """Return once it has looked at the cloud's flavors and networks after now.

        Raises MessagingTimeout if it did not within a few seconds.
        """
        try:
            self._client.prepare(timeout=LOOK_TIMEOUT).call({}, "look_again")
        except exceptions.MessagingTimeout:
            raise
        except Exception as error:  # its own or the library's
            raise exceptions.MessageDeliveryFailure(f"look_again: {error}") from error

    def _cast(self, method: str, **arguments: Any) -> None:
        try:
            self._client.cast({}, method, **arguments)
        except Exception as error:  # the library below raises errors of its own
            raise exceptions.MessageDeliveryFailure(f"{method}: {error}") from error

"""What a guest agent is asked.

Every answer is {"ok": value}, {"refused": {"code", "message"}}, see `Refused.code`, or
{"unknown": why} where the guest cannot tell whether it was done.
"""

from typing import Any

import oslo_messaging
from oslo_messaging import exceptions

VERSION = "1.0"


def target(node_id: str) -> oslo_messaging.Target:
    """Each guest has a topic of its own, so that no guest can serve another's calls."""
    return oslo_messaging.Target(topic=f"guestagent.{node_id}", server=node_id, version=VERSION)


class Refused(Exception):
    """The guest did not do it, and nothing has changed.

    `code` is one of `exists`, `not_found`, `invalid`, `not_ready` (the database does not
    answer now) or `failed`; the text is fit for the instance's owner.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unreachable(Exception):
    """No answer: nobody knows whether it was done."""


class GuestClient:
    """Calls the agent of one node and waits for its result."""

    def __init__(self, transport: oslo_messaging.Transport, timeout: int) -> None:
        self._transport = transport
        self._timeout = timeout

    def call(self, node_id: str, method: str, **arguments: Any) -> Any:
        """The method's result. Raises Refused or Unreachable."""
        client = oslo_messaging.get_rpc_client(
            self._transport, target(node_id), timeout=self._timeout, retry=1
        )
        try:
            answer = client.call({}, method, **arguments)
        except (exceptions.MessagingTimeout, exceptions.MessageDeliveryFailure) as error:
            raise Unreachable(f"the guest did not answer within {self._timeout} s") from error
        except Exception as error:  # a guest may raise any builtin, and in-process anything
            raise Unreachable(f"the guest failed on {method}: {_kind(error)}") from error
        match answer:
            case {"refused": {"code": str(code), "message": str(message)}}:
                raise Refused(code, message)
            case {"unknown": str(why)}:
                raise Unreachable(why)
            case {"ok": value}:
                return value
        raise Unreachable(f"the guest answered {method} in no way that is known")


def _kind(error: Exception) -> str:
    return str(getattr(error, "exc_type", None) or type(error).__name__)

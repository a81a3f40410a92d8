"""What a handler is given."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import oslo_messaging
from oslo_config import cfg
from oslo_context.context import RequestContext
from oslo_messaging import exceptions
from oslo_policy.policy import Enforcer
from sqlalchemy.orm import Session

from dbaas.db.catalogue import NotSeen
from dbaas.db.database import Database
from dbaas.rpc.guest import GuestClient
from dbaas.rpc.taskmanager import TaskManagerClient
from dbaas.secrets import Vault

LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Services:
    """Everything outside the request, handed in once."""

    conf: cfg.ConfigOpts
    database: Database
    vault: Vault
    policy: Enforcer
    guests: GuestClient
    taskmanager: TaskManagerClient

    def hint(self) -> None:
        """Tell the task manager that there is work; it finds it by itself if this is lost."""
        try:
            self.taskmanager.hint()
        except (exceptions.MessagingException, OSError) as error:
            LOG.warning("the task manager was not told of new work: %s", error)

    def write_or_look_again(self, work: Callable[[Session], T]) -> T:
        """As `database.write`; what was not seen in the cloud so far is looked for once more."""
        try:
            return self.database.write(work)
        except NotSeen:
            try:
                self.taskmanager.look_again()
            except (exceptions.MessagingException, OSError) as error:
                LOG.warning("the task manager did not look at the cloud again: %s", error)
            return self.database.write(work)

    def ask_guest(self, node_id: str, method: str, **arguments: Any) -> Any:
        """Call a guest. Raises guest.Refused or guest.Unreachable."""
        assert not self.database.in_transaction, "nobody may wait for a guest in a transaction"
        return self.guests.call(node_id, method, **arguments)


def connect(
    conf: cfg.ConfigOpts,
    database: Database,
    transport: oslo_messaging.Transport,
    vault: Vault,
    policy: Enforcer,
) -> Services:
    guests = GuestClient(transport, conf.taskmanager.guest_call_timeout)
    return Services(conf, database, vault, policy, guests, TaskManagerClient(transport))


@dataclass(frozen=True)
class Call:
    """One request to one route, checked: allowed, and its body of the right shape."""

    services: Services
    context: RequestContext
    path: dict[str, str]
    """The names in the path template."""
    query: dict[str, str]
    body: Any
    base: str
    """The URL before /v1.0, as the caller used it."""
    url: str
    """The URL of this request without its query."""

    @property
    def project(self) -> str:
        return str(self.context.project_id)

    @property
    def scope(self) -> str | None:
        """The project whose things the caller may touch; None: everybody's."""
        return None if self.is_admin else self.project

    @property
    def is_admin(self) -> bool:
        return self.may("context_is_admin")

    def may(self, rule: str) -> bool:
        return bool(self.services.policy.authorize(rule, self._target, self.context))

    def authorize(self, rule: str) -> None:
        """Raises PolicyNotAuthorized or InvalidScope."""
        self.services.policy.authorize(rule, self._target, self.context, do_raise=True)

    @property
    def _target(self) -> dict[str, str]:
        """What rules may compare with; `tenant` is the project in files written for Trove."""
        return {"project_id": self.project, "tenant": self.project, **self.path}

    def href(self, *parts: str) -> str:
        """The URL of one of the project's resources."""
        return "/".join((self.base, "v1.0", self.project, *parts))

    def links(self, *parts: str) -> list[dict[str, str]]:
        bookmark = "/".join((self.base, *parts))
        return [
            {"rel": "self", "href": self.href(*parts)},
            {"rel": "bookmark", "href": bookmark},
        ]

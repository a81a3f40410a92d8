"""What an operation class is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db.models import DatastoreVersion, Flavor, Instance, Node
from dbaas.drivers import Cloud, CloudFlavor
from dbaas.rpc.guest import GuestClient
from dbaas.secrets import Vault
from dbaas.taskmanager.outcomes import Outcome

Memo = Mapping[str, Any]
"""What the one who accepted an operation, and its earlier steps, left in its row."""


@dataclass(frozen=True)
class Tools:
    """What steps work with."""

    cloud: Cloud
    guest: GuestClient
    vault: Vault
    conf: cfg.ConfigOpts


@dataclass(frozen=True)
class Task:
    """The rows of one operation as they were when the step began, detached: only to read."""

    operation_id: str
    request_id: str | None
    user_id: str | None
    kind: str
    step: str
    memo: Memo
    secrets: str | None
    is_late: bool
    """Its deadline has passed."""
    attempts: int
    nudges: int
    instance: Instance
    node: Node
    version: DatastoreVersion
    flavor: Flavor

    @property
    def resource_name(self) -> str:
        """What all that the node has in the cloud is found by."""
        return f"dbaas-{self.node.id}"


def cloud_flavor(row: Flavor) -> CloudFlavor:
    return CloudFlavor(row.id, row.name, row.ram, row.vcpus, row.disk, row.ephemeral)


Step = Callable[[Any, Task], Outcome]
S = TypeVar("S", bound=Step)


def step(method: S) -> S:
    """Mark a method as a step, named like the method. It may run twice at any time."""
    method.__dict__["is_step"] = True
    return method


def lasting_step(method: S) -> S:
    """A step that never gives up: it removes things, and is retried until they are gone."""
    method.__dict__["is_lasting"] = True
    return step(method)


class Work:
    """An operation: where it begins, its steps, and what its end does to the instance."""

    kind: ClassVar[str]
    first: ClassVar[str]
    undo: ClassVar[str | None] = None
    """The step that a failure goes to, to clean up."""
    steps: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, abstract: bool = False) -> None:
        if abstract:
            return
        names = {n: m for base in reversed(cls.__mro__) for n, m in vars(base).items()}
        cls.steps = tuple(name for name, member in names.items() if hasattr(member, "is_step"))
        for name in (cls.first, cls.undo):
            if name is not None and name not in cls.steps:
                raise TypeError(f"{cls.__name__} has no step {name}")

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        """Seconds until the operation has failed; None: it goes on until it succeeds."""
        raise NotImplementedError

    @classmethod
    def is_lasting(cls, name: str) -> bool:
        return hasattr(getattr(cls, name), "is_lasting")

    def run(self, task: Task) -> Outcome:
        """Take the step the task is at. Raises LookupError if this release has no such step."""
        if task.step not in self.steps:
            raise LookupError(f"{self.kind} has no step {task.step}")
        outcome: Outcome = getattr(self, task.step)(task)
        return outcome

    def late(self, task: Task) -> str:
        """The fault when its time was over at the step that the task is at."""
        return f"it took too long, and was stopped at the step {task.step}"

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        """Change the instance, in the transaction that ends the operation well."""
        raise NotImplementedError

    @classmethod
    def give_up(cls, session: Session, instance: Instance, memo: Memo) -> None:
        """Give back what was claimed for it, where it ends in another way."""

"""What a step may answer. The engine stores it in the transaction that ends the step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Next:
    """Done; go on with `step`.

    `text` is the event, if there is something to tell; `node` has new values of the node's
    columns, `memo` what later steps shall know.
    """

    step: str
    text: str | None = None
    node: Mapping[str, Any] = field(default_factory=dict)
    memo: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """Not yet; run this step again after `seconds`, or earlier when something is reported."""

    seconds: float


@dataclass(frozen=True)
class Done:
    """The operation has succeeded."""

    text: str
    node: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fail:
    """It can't be done; `reason` becomes the fault. It is undone first, where there is an undo."""

    reason: str


@dataclass(frozen=True)
class Cleaned:
    """The last answer of a clean-up: nothing is left, the operation has failed."""

    text: str


@dataclass(frozen=True)
class Restored:
    """The last answer of an undo: the change has failed, and the instance is what it was.

    It is ACTIVE, and its fault says why it was not changed.
    """

    text: str
    node: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Retry:
    """The step raised; run it again later. Made by the engine, never by a step."""

    reason: str
    seconds: float


Outcome = Next | Wait | Done | Fail | Cleaned | Restored | Retry
"""Every answer there is."""

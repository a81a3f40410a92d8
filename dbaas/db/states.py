"""The states an instance can be in, each with its meaning and its ways out."""

from enum import StrEnum


class InstanceStatus(StrEnum):
    """What a tenant reads as `status` (the words are Trove's)."""

    BUILD = "BUILD"
    """Accepted; its server, volume and database are being made."""
    ACTIVE = "ACTIVE"
    """Built, and no operation is changing it."""
    REBOOT = "REBOOT"
    """Its database is being restarted."""
    RESIZE = "RESIZE"
    """It is getting another flavor or a larger volume."""
    ERROR = "ERROR"
    """An operation failed; `fault` says why. It can be deleted, or tried again where built."""
    SHUTDOWN = "SHUTDOWN"
    """Deletion was accepted; its resources are being removed."""
    DELETED = "DELETED"
    """Gone. The row stays for the history; the API answers 404."""


class InstanceWish(StrEnum):
    """What its owner wants."""

    RUNNING = "RUNNING"
    DELETED = "DELETED"


class NodeWish(StrEnum):
    """What the control plane wants of a node."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"


class DatabaseStatus(StrEnum):
    """What a node's agent last observed of its database."""

    BUILD = "BUILD"
    """The agent answers; its database is not made yet."""
    HEALTHY = "HEALTHY"
    """A query through the front door was answered."""
    SHUTDOWN = "SHUTDOWN"
    """The database does not run."""
    RESTARTING = "RESTARTING"
    """The agent is restarting it."""
    ERROR = "ERROR"
    """It runs but does not answer, or its agent has fallen silent."""


S = InstanceStatus
TRANSITIONS: dict[InstanceStatus, frozenset[InstanceStatus]] = {
    S.BUILD: frozenset({S.ACTIVE, S.ERROR, S.SHUTDOWN}),
    S.ACTIVE: frozenset({S.REBOOT, S.RESIZE, S.ERROR, S.SHUTDOWN}),
    S.REBOOT: frozenset({S.ACTIVE, S.ERROR, S.SHUTDOWN}),
    S.RESIZE: frozenset({S.ACTIVE, S.ERROR, S.SHUTDOWN}),
    S.ERROR: frozenset({S.REBOOT, S.SHUTDOWN}),
    S.SHUTDOWN: frozenset({S.DELETED}),
    S.DELETED: frozenset(),
}


class IllegalTransition(Exception):
    """A status change that `TRANSITIONS` does not know."""


def check_transition(old: InstanceStatus, new: InstanceStatus) -> None:
    """Raise IllegalTransition unless `old` may become `new` (staying is allowed)."""
    if new != old and new not in TRANSITIONS[old]:
        raise IllegalTransition(f"{old} may not become {new}")

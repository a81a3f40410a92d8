"""What of a create on a cloud is ours, and what the cloud's and the guest's.

Each step's line in a task manager's log says when it ended and how long its calls took: those
calls are the cloud's time. A step that waits (for a volume, a server, a guest) is theirs but for
what we may have been late to notice: the time between two looks, counted as ours in full; guests
tell by themselves. What is left is ours: the database, the queue, and who looks when.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

_LINE = re.compile(
    r"^(?P<at>[-0-9]+ [0-9:.]+) .*\[instance: (?P<instance>[-0-9a-f]+)"
    r".*create_instance: step (?P<step>\w+) ended, its calls took (?P<took>[0-9.]+) s"
)
NAMES = {"volume": "volume", "server": "Nova", "agent": "boot and agent", "prepare": "database"}
"""Steps that ask again until the other side is done."""
LOOK = 1.0
"""Seconds between two looks at a volume or a server; guests tell by themselves."""


@dataclass(frozen=True)
class Step:
    name: str
    ended: datetime
    took: float
    """Seconds of its last attempt's calls."""


@dataclass(frozen=True)
class Phase:
    """Seconds of a part of the create."""

    name: str
    theirs: float
    ours: float


def steps_of(lines: Iterable[str], instance_id: str) -> list[Step]:
    matches = filter(None, map(_LINE.match, lines))
    return sorted(
        (
            Step(found["step"], datetime.fromisoformat(found["at"]), float(found["took"]))
            for found in matches
            if found["instance"] == instance_id
        ),
        key=lambda step: step.ended,
    )


def phases(posted: datetime, answered: datetime, steps: Sequence[Step]) -> list[Phase]:
    """:param posted: when the request was sent, by the clock of the logs"""
    made = [Phase("API", 0.0, (answered - posted).total_seconds())]
    before = answered
    for step in steps:
        whole = (step.ended - before).total_seconds()
        theirs = whole - _ours(step, whole)
        made.append(Phase(NAMES.get(step.name, step.name), theirs, whole - theirs))
        before = step.ended
    return made


def _ours(step: Step, whole: float) -> float:
    rest = max(0.0, whole - step.took)
    match step.name:
        case "volume" | "server":
            return min(rest, LOOK)
        case "agent" | "prepare":
            return 0.0
    return rest


def table(rows: Sequence[Phase]) -> str:
    lines = [f"{'phase':<20} {'theirs, s':>10} {'ours, s':>9}"]
    lines += [f"{row.name:<20} {row.theirs:10.2f} {row.ours:9.2f}" for row in rows]
    theirs, ours = sum(row.theirs for row in rows), sum(row.ours for row in rows)
    return "\n".join([*lines, f"{'all':<20} {theirs:10.2f} {ours:9.2f}"])

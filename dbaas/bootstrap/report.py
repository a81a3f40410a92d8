"""What is found and made, told as it goes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    FOUND = "found"
    MADE = "made"
    CHANGED = "changed"
    TO_MAKE = "would make"
    TO_CHANGE = "would change"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    state: State
    what: str
    name: str
    note: str = ""

    def as_text(self) -> str:
        return f"{self.state:<12}  {self.what:<20}  {self.name:<30}  {self.note}".rstrip()

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Report:
    """Tells `show` each line; in a dry run nothing is made and ids that would be made are None."""

    def __init__(self, dry_run: bool, show: Callable[[Line], None]) -> None:
        self.dry_run = dry_run
        self.lines: list[Line] = []
        self._show = show

    def ensure(
        self, what: str, name: str, found: Any, make: Callable[[], Any], note: str = ""
    ) -> Any:
        """What was found, or what `make` makes; None in a dry run."""
        if found:
            self._tell(State.FOUND, what, name, note)
            return found
        made = None if self.dry_run else make()
        self._tell(State.TO_MAKE if self.dry_run else State.MADE, what, name, note)
        return made

    def change(self, what: str, name: str, change: Callable[[], object], note: str = "") -> None:
        if not self.dry_run:
            change()
        self._tell(State.TO_CHANGE if self.dry_run else State.CHANGED, what, name, note)

    def found(self, what: str, name: str, note: str = "") -> None:
        self._tell(State.FOUND, what, name, note)

    def skipped(self, what: str, name: str, note: str) -> None:
        self._tell(State.SKIPPED, what, name, note)

    def _tell(self, state: State, what: str, name: str, note: str) -> None:
        line = Line(state, what, name, note)
        self.lines.append(line)
        self._show(line)

"""Names of the test's own, on servers that others use, too."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from dbaas.bootstrap import broker, database, identity, keypair, network
from dbaas.bootstrap.report import Line, Report, State
from dbaas.bootstrap.settings import Settings


class Killed(BaseException):
    """The process ends here."""


class Told:
    """What was reported; a limit kills the run after so many lines."""

    def __init__(self, limit: int | None = None, dry_run: bool = False) -> None:
        self.lines: list[Line] = []
        self._limit = limit
        self.report = Report(dry_run, self._show)

    def _show(self, line: Line) -> None:
        self.lines.append(line)
        if len(self.lines) == self._limit:
            raise Killed

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.state not in (State.FOUND, State.SKIPPED)]

    @property
    def states(self) -> set[str]:
        return {str(line.state) for line in self.lines}


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """What everything is called that is made."""
    name = f"dbaas_test_{uuid.uuid4().hex[:8]}"
    monkeypatch.setattr(broker, "VHOST", name)
    monkeypatch.setattr(broker, "ACCOUNT", name)
    monkeypatch.setattr(broker, "GUESTS", f"{name}-guest")
    for module in (database, identity, keypair, network):
        monkeypatch.setattr(module, "NAME", name)
    # The catalog may have our service already.
    monkeypatch.setattr(identity, "TYPE", name)
    return name


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Reads again what an earlier one wrote."""
    folder = tmp_path / "dbaas.conf.d"
    folder.mkdir()
    return lambda dry_run=False: Settings(folder, [], dry_run)

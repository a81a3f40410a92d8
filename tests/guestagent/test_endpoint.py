"""Answers in trouble; what goes well is tested with a real database."""

import threading
from pathlib import Path
from typing import Any

import pytest

from dbaas.guestagent.endpoint import Endpoint
from dbaas.guestagent.errors import GuestError, Interrupted
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.worker import Worker
from dbaas.rpc.guest import Refused


class Engine:
    """A datastore that fails as a test says, before or after a change."""

    prepared = True

    def __init__(self) -> None:
        self.on_change: Exception | None = None
        self.on_look: Exception | None = None

    def drop_database(self, name: str) -> None:
        if self.on_change:
            raise self.on_change

    def look(self) -> dict[str, Any]:
        if self.on_look:
            raise self.on_look
        return {"seq": 1}


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def endpoint(engine: Engine, tmp_path: Path) -> Endpoint:
    table = JobTable(tmp_path / "jobs")
    worker = Worker(table, {}, threading.Event(), lambda: None)
    return Endpoint(engine, worker, table, engine, lambda: None, threading.Lock())  # type: ignore[arg-type]


def test_a_change_answers_with_the_inventory(endpoint: Endpoint) -> None:
    assert endpoint.drop_database({}, name="x") == {"ok": {"inventory": {"seq": 1}}}


def test_a_refusal_is_an_answer(endpoint: Endpoint, engine: Engine) -> None:
    for error, code in ((Refused("not_found", "none"), "not_found"), (GuestError("no"), "failed")):
        engine.on_change = error
        assert endpoint.drop_database({}, name="x") == {
            "refused": {"code": code, "message": str(error)}
        }


@pytest.mark.parametrize("error", [Interrupted("secret"), RuntimeError("secret")])
def test_what_nobody_knows_is_said_to_be_unknown(
    endpoint: Endpoint, engine: Engine, error: Exception
) -> None:
    engine.on_change = error
    answer = endpoint.drop_database({}, name="x")
    assert list(answer) == ["unknown"]
    assert "secret" not in answer["unknown"]


def test_a_change_without_a_look_is_not_refused(endpoint: Endpoint, engine: Engine) -> None:
    engine.on_look = Refused("not_ready", "gone")
    assert list(endpoint.drop_database({}, name="x")) == ["unknown"]


def test_changes_wait_for_one_another_but_not_for_ever(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbaas.guestagent.endpoint._PATIENCE", 0.01)
    with endpoint._lock:
        answer = endpoint.drop_database({}, name="x")
    assert answer["refused"]["code"] == "not_ready"

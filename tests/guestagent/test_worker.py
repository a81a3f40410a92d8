import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbaas.guestagent.errors import GuestError, Stopping
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.worker import Worker
from dbaas.rpc.guest import Refused


class Bench:
    """A worker with bodies of jobs that do what a test says."""

    def __init__(self, path: Path, body: Callable[[dict[str, Any]], Any]) -> None:
        self.table = JobTable(path)
        self.stopping = threading.Event()
        self.ended = threading.Condition()
        self.worker = Worker(self.table, {"kind": body}, self.stopping, self.changed)

    def changed(self) -> None:
        with self.ended:
            self.ended.notify_all()

    def end_of(self, name: str) -> Any:
        def has_ended() -> bool:
            job = self.table.get(name)
            return job is not None and job.state != "running"

        with self.ended:
            assert self.ended.wait_for(has_ended, 10)
        return self.table.get(name)

    def stop(self) -> None:
        self.stopping.set()
        self.worker.stop()


def test_a_job_runs_once_however_often_it_is_started(tmp_path: Path) -> None:
    runs: list[Any] = []
    bench = Bench(tmp_path / "jobs", lambda args: runs.append(args) or len(runs))  # type: ignore[func-returns-value]
    bench.worker.begin()
    assert bench.worker.start("one", "kind", {"a": 1}).state == "running"
    assert bench.end_of("one").result == 1
    assert bench.worker.start("one", "kind", {"a": 2}).state == "succeeded"
    assert bench.worker.start("two", "kind", {"a": 3})
    assert bench.end_of("two").result == 2
    assert runs == [{"a": 1}, {"a": 3}]
    bench.stop()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GuestError("no disk"), "no disk"),
        (Refused("exists", "there is one"), "there is one"),
        (ValueError("secret"), "the guest agent has a fault: ValueError"),
        (GuestError(), "GuestError"),
    ],
)
def test_a_failed_job_says_why(tmp_path: Path, error: Exception, reason: str) -> None:
    def body(args: dict[str, Any]) -> None:
        raise error

    bench = Bench(tmp_path / "jobs", body)
    bench.worker.begin()
    bench.worker.start("one", "kind", {})
    job = bench.end_of("one")
    assert (job.state, job.reason) == ("failed", reason)
    bench.stop()


def test_what_an_earlier_agent_left_is_done(tmp_path: Path) -> None:
    def leave(args: dict[str, Any]) -> None:
        raise Stopping

    bench = Bench(tmp_path / "jobs", leave)
    bench.worker.begin()
    bench.worker.start("one", "kind", {"a": 1})
    bench.stop()
    job = bench.table.get("one")
    assert job is not None
    assert job.state == "running"
    bench.table.close()

    bench = Bench(tmp_path / "jobs", lambda args: args)
    bench.worker.begin()
    assert bench.end_of("one").result == {"a": 1}
    bench.stop()


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "jobs", lambda args: None)
    with pytest.raises(Refused) as refused:
        bench.worker.start("one", "other", {})
    assert refused.value.code == "invalid"
    bench.stop()

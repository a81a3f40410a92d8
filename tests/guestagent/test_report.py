import queue
import time
from typing import Any

import pytest

from dbaas import conf as dbaas_conf
from dbaas.guestagent.keeper import Keeper
from dbaas.guestagent.report import Reporter

Report = dict[str, Any]


class Scene:
    """What an observer sees, as a test tells it."""

    def __init__(self) -> None:
        self.seq = 0
        self.status = "HEALTHY"
        self.users: list[str] = []
        self.broken = False

    def report(self) -> Report:
        if self.broken:
            self.broken = False
            raise RuntimeError("cannot look")
        self.seq += 1
        look = {"seq": self.seq, "users": list(self.users)}
        return {
            "seq": self.seq,
            "status": self.status,
            "version": "1",
            "jobs": {},
            "inventory": look if self.status == "HEALTHY" else None,
        }


@pytest.fixture
def scene() -> Scene:
    return Scene()


class Sent:
    def __init__(self, scene: Scene, **options: float) -> None:
        conf = dbaas_conf.load(files=[])
        for key, value in options.items():
            conf.set_override(key, value, "guest")
        self.queue: queue.Queue[Report] = queue.Queue()
        keeper = Keeper(lambda name: None)
        self.reporter = Reporter(scene, conf.guest, self.queue.put, keeper)  # type: ignore[arg-type]
        self.reporter.begin()

    def next(self) -> Report:
        return self.queue.get(timeout=10)


def test_news_go_out_at_once_and_the_inventory_with_its_own(scene: Scene) -> None:
    sent = Sent(scene, report_interval=1000, probe_interval=1000)
    assert sent.next()["inventory"]["users"] == []
    scene.users.append("anna")
    sent.reporter.poke()
    assert sent.next()["inventory"]["users"] == ["anna"]
    scene.status = "ERROR"
    sent.reporter.poke()
    assert sent.next()["status"] == "ERROR"
    sent.reporter.stop()
    assert sent.queue.empty()


def test_without_news_reports_go_on_and_repeat_the_inventory(scene: Scene) -> None:
    sent = Sent(scene, report_interval=0.05, probe_interval=0.05)
    reports = [sent.next() for _ in range(23)]
    sent.reporter.stop()
    whole = [number for number, report in enumerate(reports) if report["inventory"]]
    assert whole == [0, 11, 22]


def test_without_news_nothing_is_sent_early(scene: Scene) -> None:
    sent = Sent(scene, report_interval=1000, probe_interval=0.05)
    sent.next()
    before = scene.seq
    deadline = time.monotonic() + 10
    while scene.seq < before + 5:
        assert time.monotonic() < deadline
    sent.reporter.stop()
    assert sent.queue.empty()


def test_a_look_that_fails_is_taken_again(scene: Scene) -> None:
    scene.broken = True
    sent = Sent(scene, report_interval=0.05, probe_interval=0.05)
    assert sent.next()["status"] == "HEALTHY"
    sent.reporter.stop()

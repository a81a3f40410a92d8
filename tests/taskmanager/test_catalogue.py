"""How often the cloud's flavors and networks are looked at."""

import threading
import time

import pytest

from dbaas.taskmanager.catalogue import Looks
from tests.fakes.edge import Gate


def test_everybody_gets_a_look_that_began_later() -> None:
    count: list[int] = []
    looks = Looks(lambda: count.append(1), spacing=0)
    for number in range(3):
        looks.again()
        assert len(count) == number + 1


def test_those_who_come_during_a_look_share_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, count, asked = Gate(), [], threading.Semaphore(0)
    clock = time.monotonic

    def monotonic() -> float:
        asked.release()
        return clock()

    monkeypatch.setattr("dbaas.taskmanager.catalogue.time.monotonic", monotonic)

    def look() -> None:
        count.append(1)
        if len(count) == 1:
            gate.pass_through()

    looks = Looks(look, spacing=0)
    first = threading.Thread(target=looks.again)
    first.start()
    gate.wait_until_entered()
    waiting = [threading.Thread(target=looks.again) for _ in range(20)]
    for thread in waiting:
        thread.start()
    for _ in range(2 + 20):  # the first has noted when its look began, too
        assert asked.acquire(timeout=20)
    gate.open()
    for thread in (first, *waiting):
        thread.join(20)
    assert len(count) == 2


def test_looks_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("dbaas.taskmanager.catalogue.time.monotonic", lambda: now[0])
    monkeypatch.setattr("dbaas.taskmanager.catalogue.time.sleep", sleep)
    looks = Looks(lambda: None, spacing=1)
    looks.again()
    now[0] += 0.25
    looks.again()
    now[0] += 5
    looks.again()
    assert [seconds for seconds in slept if seconds] == [0.75]


def test_a_look_that_fails_is_the_callers_error_and_no_others() -> None:
    outcomes = [ValueError("the cloud is away"), None]

    def look() -> None:
        if error := outcomes.pop(0):
            raise error

    looks = Looks(look, spacing=0)
    with pytest.raises(ValueError, match="away"):
        looks.again()
    looks.again()
    assert outcomes == []

"""Quotas under contention."""

import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dbaas import conf as dbaas_conf
from dbaas.db import quotas
from dbaas.db.database import Database
from dbaas.db.models import Instance, utcnow
from dbaas.db.quotas import Quota, QuotaExceeded
from tests.db.samples import ORDER, PROJECT, UNLIMITED, order

THREADS = 16


def _order(database: Database, limits: Mapping[str, int], size: int = 2) -> str:
    wish = replace(ORDER, volume_size=size)
    return database.write(lambda session: order(session, wish, limits).id)


def _show(database: Database, limits: Mapping[str, int] = UNLIMITED) -> dict[str, Quota]:
    shown = database.read(lambda session: quotas.show(session, PROJECT, limits))
    return {quota.resource: quota for quota in shown}


def _race(database: Database, limits: Mapping[str, int]) -> Counter[str]:
    line = threading.Barrier(THREADS)

    def attempt(_: int) -> str:
        line.wait(20)
        try:
            _order(database, limits)
        except QuotaExceeded as error:
            return error.resource
        return "accepted"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(attempt, range(THREADS)))


@pytest.mark.parametrize(
    ("resource", "limit"), [("instances", 5), ("ram", 5 * 512 + 511), ("volumes", 11)]
)
def test_threads_get_exactly_the_limit(catalogue: Database, resource: str, limit: int) -> None:
    assert _race(catalogue, {**UNLIMITED, resource: limit}) == {
        "accepted": 5,
        resource: THREADS - 5,
    }
    shown = _show(catalogue)
    assert {name: quota.reserved for name, quota in shown.items()} == {
        "instances": 5,
        "ram": 5 * 512,
        "volumes": 10,
        "backups": 0,
    }
    assert catalogue.read(lambda s: s.scalar(select(func.count(Instance.id)))) == 5


def test_unlimited(catalogue: Database) -> None:
    assert _race(catalogue, UNLIMITED) == {"accepted": THREADS}
    assert _show(catalogue)["instances"].reserved == THREADS


def test_claims_of_a_known_project_never_deadlock(catalogue: Database) -> None:
    """A deadlock is tried again a few times only: many at once would be refused for no reason."""
    _order(catalogue, UNLIMITED)
    runs: list[int] = []
    line = threading.Barrier(THREADS)

    def work(session: Session) -> None:
        runs.append(1)
        order(session)

    def attempt(_: int) -> None:
        line.wait(20)
        catalogue.write(work)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(attempt, range(THREADS)))
    assert len(runs) == THREADS


def test_what_does_not_fit_changes_nothing(catalogue: Database) -> None:
    limits = {**UNLIMITED, "instances": 10, "volumes": 4}
    _order(catalogue, limits, size=3)
    with pytest.raises(QuotaExceeded) as caught:
        _order(catalogue, limits, size=2)
    assert (caught.value.resource, caught.value.asked, caught.value.free) == ("volumes", 2, 1)
    shown = _show(catalogue)
    assert (shown["instances"].reserved, shown["ram"].reserved) == (1, 512)
    assert catalogue.read(lambda s: s.scalar(select(func.count(Instance.id)))) == 1


def test_limit_of_zero(catalogue: Database) -> None:
    with pytest.raises(QuotaExceeded, match="quota of instances exceeded: 1 asked, 0 free"):
        _order(catalogue, {**UNLIMITED, "instances": 0})


def test_own_limit_goes_before_the_default(catalogue: Database) -> None:
    catalogue.write(lambda s: quotas.set_limits(s, PROJECT, {"instances": 1}))
    _order(catalogue, {**UNLIMITED, "instances": 0})
    with pytest.raises(QuotaExceeded):
        _order(catalogue, UNLIMITED)
    catalogue.write(lambda s: quotas.set_limits(s, PROJECT, {"instances": -1}))
    _order(catalogue, {**UNLIMITED, "instances": 0})
    assert _show(catalogue, {**UNLIMITED, "ram": 7})["instances"] == Quota("instances", 0, 2, -1)
    assert _show(catalogue, {**UNLIMITED, "ram": 7})["ram"].limit == 7


def test_limit_below_the_use_says_none_is_free(catalogue: Database) -> None:
    _order(catalogue, UNLIMITED)
    _order(catalogue, UNLIMITED)
    with pytest.raises(QuotaExceeded) as caught:
        _order(catalogue, {**UNLIMITED, "instances": 1})
    assert caught.value.free == 0


def test_commit_and_release(catalogue: Database) -> None:
    made = _order(catalogue, UNLIMITED)
    catalogue.write(lambda s: quotas.commit(s, s.get_one(Instance, made)))
    shown = _show(catalogue)
    assert [(q.in_use, q.reserved) for q in shown.values()] == [(1, 0), (512, 0), (2, 0), (0, 0)]

    catalogue.write(lambda s: setattr(s.get_one(Instance, made), "built_at", utcnow()))
    catalogue.write(lambda s: quotas.release(s, s.get_one(Instance, made)))
    assert {(q.in_use, q.reserved) for q in _show(catalogue).values()} == {(0, 0)}


def test_release_of_what_was_never_built(catalogue: Database) -> None:
    made = _order(catalogue, UNLIMITED)
    catalogue.write(lambda s: quotas.release(s, s.get_one(Instance, made)))
    assert {(q.in_use, q.reserved) for q in _show(catalogue).values()} == {(0, 0)}


def test_default_limits_come_from_the_configuration() -> None:
    conf = dbaas_conf.load(files=[])
    conf.set_override("max_ram_per_tenant", 4096)
    assert quotas.default_limits(conf) == {
        "instances": 10,
        "ram": 4096,
        "volumes": 40,
        "backups": 50,
    }

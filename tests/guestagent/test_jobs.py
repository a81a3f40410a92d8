import stat
from pathlib import Path

import pytest

from dbaas.guestagent.jobs import FAILED, KEPT, RECENT, SUCCEEDED, Job, JobTable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite"


def test_a_job_is_added_once(path: Path) -> None:
    table = JobTable(path)
    assert table.add("one", "prepare", {"number": 1})
    assert not table.add("one", "restart", {"number": 2})
    assert table.get("one") == Job("one", "prepare", "running")
    assert table.args("one") == {"number": 1}


def test_an_unknown_job_is_none(path: Path) -> None:
    assert JobTable(path).get("none") is None


def test_jobs_outlive_the_table(path: Path) -> None:
    table = JobTable(path)
    table.add("one", "prepare", {"number": 1})
    table.add("two", "restart", {})
    table.end("two", SUCCEEDED, None, {"version": "1"})
    table.close()
    table = JobTable(path)
    assert table.unfinished() == ["one"]
    assert table.get("two") == Job("two", "restart", SUCCEEDED, None, {"version": "1"})


def test_arguments_are_wiped_from_the_file(path: Path) -> None:
    table = JobTable(path)
    secret = "a-password-nobody-else-has"
    table.add("one", "prepare", {"users": [secret] * 300})
    assert secret.encode() in path.read_bytes()
    table.end("one", FAILED, "why", None)
    assert secret.encode() not in path.read_bytes()
    assert table.get("one") == Job("one", "prepare", FAILED, "why")


def test_the_file_is_the_agents_alone(path: Path) -> None:
    JobTable(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_new_jobs_are_told_and_old_ones_are_forgotten(path: Path) -> None:
    table = JobTable(path)
    table.add("unfinished", "prepare", {})
    for number in range(KEPT + 10):
        table.add(str(number), "restart", {})
        table.end(str(number), SUCCEEDED, None, None)
    assert len(table.recent()) == RECENT
    assert table.get("0") is None
    assert table.get(str(KEPT)) is not None
    assert table.unfinished() == ["unfinished"]

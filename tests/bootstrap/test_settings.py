"""The configuration that is written beside the operator's."""

import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from dbaas import conf as dbaas_conf
from dbaas.bootstrap.report import Line, Report, State
from dbaas.bootstrap.settings import FILE, Settings


def settings(folder: Path, *others: Path, dry_run: bool = False) -> Settings:
    return Settings(folder, others, dry_run)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    file = tmp_path / "dbaas.conf"
    file.write_text("# mine\n[DEFAULT]\nregion = Here\n")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dbaas.conf.d"
    made.mkdir()
    return made


def states(made: Settings) -> Sequence[State]:
    lines: list[Line] = []
    made.report(Report(False, lines.append))
    return [line.state for line in lines]


def test_the_services_read_what_was_put(folder: Path) -> None:
    written = settings(folder)
    written.put("DEFAULT", region="There", nova_keypair=None)
    written.put("database", connection="mysql+pymysql://a:p$$d$x@h/")

    conf = dbaas_conf.load(args=["--config-dir", str(folder)], files=[])
    assert conf.region == "There"
    assert conf.nova_keypair is None
    assert conf.database.connection == "mysql+pymysql://a:p$$d$x@h/"
    assert settings(folder).get("database", "connection") == "mysql+pymysql://a:p$$d$x@h/"


def test_only_its_owner_reads_it(folder: Path) -> None:
    settings(folder).put("DEFAULT", region="There")
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_what_the_operator_wrote_is_kept(folder: Path, theirs: Path) -> None:
    before = theirs.read_text()
    written = settings(folder, theirs)
    written.put("DEFAULT", region="There", nova_keypair="dbaas")

    assert written.get("DEFAULT", "region") == "Here"
    assert theirs.read_text() == before
    conf = dbaas_conf.load(args=["--config-dir", str(folder)], files=[str(theirs)])
    assert (conf.region, conf.nova_keypair) == ("Here", "dbaas")


def test_a_password_is_made_once(folder: Path) -> None:
    password = settings(folder).password("service_credentials", "password")
    assert len(password) > 30
    assert settings(folder).password("service_credentials", "password") == password


def test_an_option_that_somebody_added_to_our_file_stays(folder: Path) -> None:
    settings(folder).put("DEFAULT", region="There")
    with (folder / FILE).open("a") as file:
        file.write("[taskmanager]\nworkers = 3\n")
    settings(folder).put("DEFAULT", region="Elsewhere")
    conf = dbaas_conf.load(args=["--config-dir", str(folder)], files=[])
    assert (conf.region, conf.taskmanager.workers) == ("Elsewhere", 3)


def test_it_tells_what_became_of_the_file(folder: Path) -> None:
    first = settings(folder)
    first.put("DEFAULT", region="There")
    assert states(first) == [State.MADE]

    second = settings(folder)
    second.put("DEFAULT", region="There")
    assert states(second) == [State.FOUND]

    third = settings(folder)
    third.put("DEFAULT", region="Elsewhere")
    assert states(third) == [State.CHANGED]


def test_nothing_is_written_in_a_dry_run(folder: Path) -> None:
    dry = settings(folder, dry_run=True)
    dry.put("DEFAULT", region="There")
    assert dry.get("DEFAULT", "region") == "There"
    assert list(folder.iterdir()) == []

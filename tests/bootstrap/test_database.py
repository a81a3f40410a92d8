"""The database and its account, made on real servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from oslo_config import cfg

from dbaas.bootstrap import DATABASE_ADMIN_URL, BootstrapError, database, datastore
from dbaas.bootstrap.settings import Settings
from dbaas.db import datastores, schema
from dbaas.db.database import Database
from tests import databases
from tests.bootstrap.conftest import Killed, Told

MakeSettings = Callable[..., Settings]


@pytest.fixture(params=databases.SERVERS)
def admin_url(request: pytest.FixtureRequest, name: str) -> Iterator[str]:
    """Of a server; what was made is removed at the end."""
    url = databases.server_url(request.param)
    yield url.render_as_string(hide_password=False)
    engine = sqlalchemy.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"DROP {database._ACCOUNT[request.param].split()[0]} {name}")


@pytest.fixture
def run(admin_url: str, settings: MakeSettings, conf: cfg.ConfigOpts) -> Callable[..., Told]:
    def run(limit: int | None = None) -> Told:
        told = Told(limit)
        database.ensure_database(told.report, conf, settings(), admin_url)
        return told

    return run


def _revision(settings: Settings) -> str | None:
    made = Database(str(settings.get("database", "connection")))
    try:
        return schema.current(made.engine)
    finally:
        made.close()


def test_it_is_made_once(run: Callable[..., Told], settings: MakeSettings) -> None:
    assert run().states == {"made"}
    assert _revision(settings()) == schema.head()
    before = settings().path.read_text()
    assert run().states == {"found"}
    assert settings().path.read_text() == before


def test_a_run_that_was_killed_is_completed(
    run: Callable[..., Told], settings: MakeSettings
) -> None:
    for limit in (1, 2):
        with pytest.raises(Killed):
            run(limit)
    run()
    assert _revision(settings()) == schema.head()
    assert run().states == {"found"}


def test_a_lost_password_is_replaced(run: Callable[..., Told], settings: MakeSettings) -> None:
    run()
    settings().path.unlink()
    changed = [line.what for line in run().lines if line.state == "changed"]
    assert changed == ["database account"]
    assert _revision(settings()) == schema.head()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, r"set \[database\] connection in dbaas.conf"),
        ("sqlite:///x", "neither mysql nor postgresql"),
        ("mysql+pymysql://root:secret@127.0.0.1:1/", DATABASE_ADMIN_URL),
    ],
)
def test_errors_name_what_settles_them(
    name: str, settings: MakeSettings, conf: cfg.ConfigOpts, url: str | None, words: str
) -> None:
    conf.set_override("connection", None, "database")
    with pytest.raises(BootstrapError, match=words) as failed:
        database.ensure_database(Told().report, conf, settings(), url)
    assert "secret" not in str(failed.value)


def test_a_version_is_made_once_and_the_default(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dbaas.sqlite"
    schema.upgrade(Database(url).engine)
    first = datastore.Version("mysql", "8.4", "8.4.3")
    second = datastore.Version("mysql", "9.0", "9.0.1")

    def state(version: datastore.Version) -> str:
        told = Told()
        datastore.ensure_version(told.report, url, version)
        (line,) = told.lines
        return str(line.state)

    assert [state(first), state(second), state(first), state(second)] == [
        *("made", "made", "found", "found")
    ]
    made = Database(url)
    version = made.read(
        lambda session: datastores.choose(session, datastores.Wanted("mysql"), default=None)
    )
    assert (version.name, version.manager, version.image_tags) == (
        *("8.4", "mysql"),
        ["trove", "mysql"],
    )
    made.write(lambda session: datastores.change_version(session, version.id, False, {}))
    assert state(second) == "changed"
    assert state(first) == "found"

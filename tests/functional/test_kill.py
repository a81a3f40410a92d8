"""SIGKILL at every moment: what was accepted is done, once, and databases never notice."""

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.functional import sql
from tests.functional.conftest import Folders, running_standalone
from tests.functional.process import command
from tests.functional.service import Http, Json
from tests.functional.standalone import Standalone
from tests.functional.waiting import until
from tests.functional.writer import Writer

USER, DATABASE = "walter", "testdb"


@dataclass
class Database:
    """An instance with a user."""

    id: str
    password: str
    address: str = ""
    name: str = ""
    """Of its container and its volume."""

    @classmethod
    def order(cls, http: Http) -> "Database":
        password = secrets.token_hex(8)
        grants = [{"name": DATABASE}]
        user = {"name": USER, "password": password, "databases": grants}
        return cls(http.create(databases=grants, users=[user]), password)

    def until_ready(self, http: Http) -> "Database":
        seen = http.until_ready(self.id)
        kinds = {one["type"]: one["address"] for one in seen["addresses"]}
        self.address, self.name = kinds["public"], seen["volume_id"]
        return self

    def login(self) -> Any:
        return sql.login(self.address, USER, self.password)

    def uptime(self) -> int:
        with self.login() as cursor:
            cursor.execute("SHOW GLOBAL STATUS LIKE 'Uptime'")
            return int(cursor.fetchone()[1])


@dataclass
class Killed:
    """A standalone to be killed, and what nobody disturbed in it."""

    service: Standalone
    quiet: Database
    create: list[str]
    """The steps of a create, as its events tell them."""
    restart: list[str]
    delete: list[str]

    @property
    def http(self) -> Http:
        return self.service.http

    def die_at(self, steps: list[str]) -> None:
        """Start the service again and again; each dies at the end of a step, the next goes on."""
        self.service.kill()
        for step in steps:
            self.service.plan.write_text(step)
            self.service.launch_mortal()
            assert self.service.process is not None
            self.service.process.wait_for_death()
            assert not self.service.plan.exists()

    def restart_service(self) -> None:
        self.service.kill()
        self.service.start()

    def check_nothing_is_left_over(self) -> None:
        """There are as many containers and volumes as instances, and not one more."""
        names = {row["volume_id"] for row in self.http.call("GET", "/instances")["instances"]}
        assert set(self.service.engine.containers()) == names
        assert self.service.engine.volumes() == names


def steps_of(events: list[Json], operation: str) -> list[str]:
    """What an operation's events told, without its being accepted."""
    return [row["step"] for row in events if row["operation_id"] == operation][1:]


def operations_of(events: list[Json]) -> list[str]:
    ids = [row["operation_id"] for row in events if row["operation_id"]]
    return list(dict.fromkeys(ids))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: Folders) -> Iterator[Killed]:
    """Its own standalone: the others' would suffer."""
    with running_standalone(tmp_path_factory, "killed") as service:
        http = service.http
        model = Database.order(http).until_ready(http)
        quiet = Database.order(http)
        http.call("POST", f"/instances/{model.id}/action", {"restart": {}})
        http.until_ready(model.id)
        http.delete(model.id)
        events = http.events(model.id)
        create, restart, delete = (steps_of(events, one) for one in operations_of(events))
        yield Killed(service, quiet.until_ready(http), create, restart, delete)


@pytest.fixture
def undisturbed(killed: Killed) -> Iterator[None]:
    """All the while a tenant writes into another database of the same service."""
    quiet = killed.quiet
    before = quiet.uptime()
    started = killed.service.engine.containers()[quiet.name].attrs["State"]["StartedAt"]
    with quiet.login() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {DATABASE}.written")
    writer = Writer(quiet.address, USER, quiet.password, DATABASE)
    yield
    written = writer.end()
    assert written == list(range(1, writer.committed + 1))
    assert len(written) > 10
    assert quiet.uptime() > before
    container = killed.service.engine.containers()[quiet.name]
    assert container.attrs["State"]["StartedAt"] == started


@pytest.mark.usefixtures("undisturbed")
def test_a_create_ends_well_whenever_the_service_dies(killed: Killed) -> None:
    assert len(killed.create) >= 6, "the steps that an undisturbed create told of"
    database = Database.order(killed.http)
    killed.die_at(killed.create)
    killed.service.start()
    database.until_ready(killed.http)
    events = killed.http.events(database.id)
    assert steps_of(events, operations_of(events)[0]) == killed.create
    with database.login() as cursor:
        assert DATABASE in sql.column(cursor, "SHOW DATABASES")
    killed.check_nothing_is_left_over()
    killed.http.delete(database.id)


@pytest.mark.usefixtures("undisturbed")
def test_a_first_start_ends_well_whenever_the_service_dies(killed: Killed) -> None:
    """While the image makes the database, no step ends: the moments come from its log."""
    others = set(killed.service.engine.containers())
    whole = len(killed.service.engine.containers()[killed.quiet.name].logs().splitlines())
    database = Database.order(killed.http)

    def has_logged(lines: int) -> bool:
        made = killed.service.engine.containers().items()
        return any(
            len(one.logs().splitlines()) >= lines for name, one in made if name not in others
        )

    for share in (0, 0.3, 0.6):
        until(partial(has_logged, int(whole * share)), "the container's log")
        killed.restart_service()
    database.until_ready(killed.http)
    assert database.uptime() >= 0
    killed.check_nothing_is_left_over()
    killed.http.delete(database.id)


def test_a_restart_ends_well_whenever_the_service_dies(killed: Killed) -> None:
    quiet = killed.quiet
    with quiet.login() as cursor:
        cursor.execute(f"CREATE TABLE {DATABASE}.kept (n INT)")
        cursor.execute(f"INSERT INTO {DATABASE}.kept VALUES (1), (2)")
    before = killed.service.engine.containers()[quiet.name].attrs["State"]["StartedAt"]
    killed.http.call("POST", f"/instances/{quiet.id}/action", {"restart": {}})
    killed.die_at(killed.restart)
    killed.service.start()
    killed.http.until_ready(quiet.id)
    after = killed.service.engine.containers()[quiet.name].attrs["State"]["StartedAt"]
    assert after != before
    with quiet.login() as cursor:
        assert sql.column(cursor, f"SELECT n FROM {DATABASE}.kept ORDER BY n") == [1, 2]
    killed.check_nothing_is_left_over()


@pytest.mark.usefixtures("undisturbed")
def test_a_delete_ends_well_whenever_the_service_dies(killed: Killed) -> None:
    """Also when it takes the place of a create that is under way."""
    before = set(killed.service.engine.containers())
    database = Database.order(killed.http)
    until(lambda: set(killed.service.engine.containers()) != before, "a container")
    killed.http.call("DELETE", f"/instances/{database.id}")
    killed.die_at(killed.delete)
    killed.service.start()
    killed.http.until_gone(database.id)
    assert set(killed.service.engine.containers()) == before
    killed.check_nothing_is_left_over()
    rows = killed.http.call("GET", "/mgmt/quotas/demo")["quotas"]
    count = len(killed.http.call("GET", "/instances")["instances"])
    assert [
        (row["in_use"], row["reserved"]) for row in rows if row["resource"] == "instances"
    ] == [(count, 0)]


def test_a_second_service_on_the_same_folder_refuses(killed: Killed) -> None:
    folder = killed.service.folder
    second = subprocess.run(
        [command("dbaas-standalone"), "--state-dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr == f"dbaas-standalone: another one already runs on {folder}\n"
    assert killed.http.instance(killed.quiet.id)["status"] == "ACTIVE"

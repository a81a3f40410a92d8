"""No password is ever to be seen where it does not belong."""

import base64
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy

from tests.functional import sql
from tests.functional.service import Http
from tests.functional.standalone import Standalone
from tests.functional.waiting import until


def password() -> str:
    """One that no quoting can hide, and that occurs nowhere by chance."""
    return f"{secrets.token_hex(8)}'ä\\%"


def forms(secret: str) -> set[bytes]:
    """How it may be written down."""
    escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
    doubled = secret.replace("\\", "\\\\").replace("'", "''")
    texts = {secret, escaped, doubled, repr(secret)[1:-1], quote(secret), json.dumps(secret)[1:-1]}
    raw = {text.encode() for text in texts}
    return raw | {base64.b64encode(secret.encode())}


@dataclass
class Search:
    """The secrets that are known so far, and where they were seen."""

    secrets: dict[str, str] = field(default_factory=dict)
    """The secret, and what it is."""
    seen: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, secret: str, what: str) -> str:
        assert len(secret) >= 16, "short ones occur by chance"
        with self.lock:
            self.secrets.setdefault(secret, what)
        return secret

    def look(self, data: bytes, where: str) -> None:
        with self.lock:
            known = list(self.secrets.items())
        for secret, what in known:
            if any(one in data for one in forms(secret)):
                self.seen.add(f"{what} in {where}")

    def look_at_processes(self) -> None:
        """The arguments and the environment of all that run on this machine."""
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    data = (process / name).read_bytes()
                except OSError:
                    continue  # it ended
                self.look(data, f"the {name} of {_command(process)}")


def _command(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a process that ended"


class Listener(Http):
    """Looks at every answer, but those that are there to tell a secret."""

    def __init__(self, service: Standalone, search: Search) -> None:
        super().__init__(service)
        self._search = search

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        status, answer = super().ask(method, path, body)
        if (method, path.rpartition("/")[2], status) != ("POST", "root", 200):
            self._search.look(answer.encode(), f"the answer to {method} {path}")
        return status, answer


@dataclass
class Watch:
    """Looks again and again at what changes while something works."""

    service: Standalone
    search: Search
    rounds: int = 0

    @contextmanager
    def on(self) -> Iterator[None]:
        stopping = threading.Event()

        def work() -> None:
            while not stopping.is_set():
                self.look()
                stopping.wait(0.02)

        thread = threading.Thread(target=work, name="watch")
        thread.start()
        yield
        stopping.set()
        thread.join()
        assert self.rounds > 2

    def look(self) -> None:
        self._learn()
        self.search.look_at_processes()
        for container in self.service.engine.containers().values():
            told = json.dumps(container.attrs, ensure_ascii=False).encode()
            self.search.look(told, "docker inspect")
        self.rounds += 1

    def _learn(self) -> None:
        """What the agents made up by themselves."""
        for name in ("admin-password", "first-start/root-password"):
            for file in self.service.folder.glob(f"local/servers/*/state/{name}"):
                try:
                    made = file.read_text().strip()
                except FileNotFoundError:
                    continue
                if made:
                    self.search.add(made, name)


@dataclass
class Worked:
    """What was done with passwords, and all that was seen of them."""

    service: Standalone
    search: Search
    id: str
    failed: str


@pytest.fixture(scope="module")
def worked(standalone: Standalone) -> Iterator[Worked]:
    search = Search()
    http, watch = Listener(standalone, search), Watch(standalone, search)
    search.add((standalone.folder / "master.key").read_text().strip(), "the master key")
    grants = [{"name": "testdb"}]

    def user(name: str, **more: Any) -> dict[str, Any]:
        secret = search.add(password(), f"the password of {name}")
        return {"name": name, "password": secret, "databases": grants, **more}

    with watch.on():
        anna = user("anna")
        made = http.create(databases=grants, users=[anna])
        http.until_ready(made)
        users = f"/instances/{made}/users"
        http.call("POST", users, {"users": [user("bert"), user("carl")]})
        refuse(http, users, user)
        changed = search.add(password(), "a changed password")
        http.call("PUT", f"{users}/bert", {"user": {"password": changed, "name": "bart"}})
        many = search.add(password(), "a password of many")
        http.call("PUT", users, {"users": [{"name": "carl", "password": many}]})
        for given in (None, search.add(password(), "root's given password")):
            answer = http.call("POST", f"/instances/{made}/root", {"password": given})
            search.add(answer["user"]["password"], "root's password")
        http.call("POST", f"/instances/{made}/action", {"restart": {}})
        http.until_ready(made)
        failed = fail(http, user("dora"))
    address = http.instance(made)["addresses"][1]["address"]
    assert sql.can_login(address, "bart", changed)
    assert sql.can_login(address, "carl", many)
    for path in ("", "/users", "/databases", "/root", "/events", "/users/bart"):
        http.ask("GET", f"/instances/{made}{path}")
    http.ask("GET", f"/instances/{failed}/events")
    http.ask("GET", f"/mgmt/instances/{failed}")
    watch.look()
    yield Worked(standalone, search, made, failed)
    for one in (made, failed):
        standalone.http.delete(one)


def refuse(http: Http, path: str, user: Any) -> None:
    """Requests that are refused: by a schema, by the API, by the agent and by the database."""
    twice = user("twice")
    for body in (
        {"users": [{**user("mistyped"), "more": 1}]},
        {"users": [{**user("wrong"), "databases": 7}]},
        {"users": [user("os_admin")]},
        {"users": [twice, twice]},
        {"users": [user("anna")]},
        {"users": [user("lost", databases=[{"name": "nowhere"}])]},
        {"users": [{"name": [user("listed")["password"]], "password": "x"}]},
        {user("keyed")["password"]: 1},
    ):
        status, _ = http.ask("POST", path, body)
        assert 400 <= status < 500, body
    long = user("long")
    status, _ = http.ask("POST", path, {"users": [{**long, "password": long["password"] * 20}]})
    assert status == 400


def fail(http: Http, user: dict[str, Any]) -> str:
    """The id of an instance whose making fails inside its database."""
    made = http.create(databases=[{"name": "testdb", "collate": "nonsense"}], users=[user])

    def error() -> Any:
        seen = http.instance(made)
        return seen if seen["status"] == "ERROR" else None

    seen = until(error, "its failure")
    assert "nonsense" in seen["fault"]["message"]
    return made


def test_no_secret_was_seen_while_it_worked(worked: Worked) -> None:
    """In processes' arguments and environments, docker inspect, and the API's answers.

    The image's entrypoint exports the password of the first start's root to the server, see below.
    """
    seen = {one for one in worked.search.seen if not one.startswith("first-start/")}
    assert not seen


def test_all_kinds_of_secrets_are_known(worked: Worked) -> None:
    kinds = set(worked.search.secrets.values())
    assert {"the master key", "admin-password", "first-start/root-password"} <= kinds
    assert {"root's password", "root's given password", "the password of anna"} <= kinds


def test_the_first_start_s_password_opens_nothing(worked: Worked) -> None:
    """It is the one secret that the environment of the container's processes holds."""
    address = worked.service.http.instance(worked.id)["addresses"][1]["address"]
    made = [one for one, what in worked.search.secrets.items() if what.startswith("first-start/")]
    assert made
    assert not [one for one in made if sql.can_login(address, "root", one)]


def test_no_secret_is_logged(worked: Worked) -> None:
    search = Search(worked.search.secrets)
    service = worked.service
    logged = service.log.read_bytes() + service.output.read_bytes()
    assert b" DEBUG " in logged
    search.look(logged, "the log")
    for name, container in service.engine.containers().items():
        search.look(container.logs(), f"docker logs {name}")
    assert not search.seen


def test_no_secret_stays_in_the_rows(worked: Worked) -> None:
    """Sealed while it waits, gone afterwards; in plain text never."""
    url = f"sqlite:///{worked.service.folder / 'dbaas.sqlite'}"
    engine = sqlalchemy.create_engine(url)
    search = Search(worked.search.secrets)
    with engine.connect() as connection:
        for table in sqlalchemy.inspect(engine).get_table_names():
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            text = "\n".join(str(value) for row in rows for value in row)
            search.look(text.encode(), table)
        left = connection.exec_driver_sql(
            "SELECT COUNT(*) FROM operation WHERE finished_at IS NOT NULL AND secrets IS NOT NULL"
        ).scalar()
    engine.dispose()
    assert not search.seen
    assert left == 0


def test_files_with_secrets_are_closed(worked: Worked) -> None:
    """A file that holds one is its owner's, or lies in a folder that is."""
    folder = worked.service.folder
    assert folder.stat().st_mode & 0o777 == 0o755, "this folder is not what protects them"
    holders = []
    for where, _, names in os.walk(folder):
        for name in names:
            file = Path(where, name)
            if not file.is_file():
                continue
            search = Search(worked.search.secrets)
            search.look(file.read_bytes(), str(file))
            if search.seen:
                holders.append(file.relative_to(folder).parts[-1])
                assert is_closed(file, folder), search.seen
    assert {"master.key", "admin-password"} == set(holders)
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600


def is_closed(file: Path, root: Path) -> bool:
    if file.stat().st_mode & 0o077 == 0:
        return True
    inside = [parent for parent in file.parents if parent.is_relative_to(root)]
    return any(parent.stat().st_mode & 0o077 == 0 for parent in inside)


@pytest.mark.parametrize("where", ["cmdline", "environ"])
def test_the_search_finds_a_leak(where: str) -> None:
    """Or all of the above says nothing."""
    search = Search()
    secret = search.add(password(), "a planted secret")
    arguments = [secret] if where == "cmdline" else []
    env = {**os.environ, "PLANTED": secret} if where == "environ" else None
    script = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        search.look_at_processes()
        process.communicate()
    assert any(where in one for one in search.seen)
    for written in (repr(secret), json.dumps({"password": secret}), f"IDENTIFIED BY '{secret}'"):
        other = Search(search.secrets)
        other.look(written.encode(), "a log")
        assert other.seen, written

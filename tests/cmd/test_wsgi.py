"""The API under the WSGI servers that operators use, several processes each."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib import request

import pytest

from dbaas.secrets import create_key_file
from tests.api import keystone
from tests.databases import Databases
from tests.functional.process import Process, command
from tests.functional.standalone import free_port
from tests.functional.waiting import until

ROOT = Path(__file__).parents[2]
ETC = ROOT / "etc" / "dbaas"
PROCESSES = 3
_SETTINGS = {"processes": PROCESSES, "workers": PROCESSES, "threads": 1}


def _gunicorn(folder: Path, port: int) -> list[str]:
    file = folder / "gunicorn.conf.py"
    text = _with((ETC / file.name).read_text(), _SETTINGS | {"bind": f'"127.0.0.1:{port}"'})
    file.write_text(text + "worker_connections = 1\n")  # none takes two while another is free
    return [command("gunicorn"), "--config", str(file), "dbaas.cmd.api:application()"]


def _uwsgi(folder: Path, port: int) -> list[str]:
    file = folder / "uwsgi.ini"
    text = _with((ETC / file.name).read_text(), _SETTINGS | {"http-socket": f"127.0.0.1:{port}"})
    file.write_text(text)
    return [command("uwsgi"), "--ini", str(file)]


def _with(sample: str, values: dict[str, object]) -> str:
    """The sample as it is, but for some values."""
    for name, value in values.items():
        sample = re.sub(rf"^({name} =).*$", rf"\1 {value}", sample, flags=re.MULTILINE)
    return sample


SERVERS = {"gunicorn": _gunicorn, "uwsgi": _uwsgi}
_STOPS = re.compile("Handling signal: term|Gracefully killing worker")
servers = pytest.mark.parametrize("server", SERVERS)


class Running:
    """A server that runs: where it listens, its log, and its processes."""

    def __init__(self, port: int, process: Process, log: Path) -> None:
        self.port, self.process, self._log = port, process, log

    def ask(self, path: str, token: str = "reader:alpha") -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        with request.urlopen(request.Request(url, headers={"X-Auth-Token": token})) as answer:
            return answer.status, answer.read().decode()

    def answered_by(self) -> set[int]:
        """The processes that have answered GETs of instances."""
        answer = r" (\d+) INFO .* GET '/v1.0/alpha/instances' 200"
        return {int(pid) for pid in re.findall(answer, self._log.read_text())}


@contextmanager
def running(server: str, folder: Path, database: str, keystone_url: str) -> Iterator[Running]:
    port, log = free_port(), folder / "dbaas.log"
    create_key_file(folder / "master.key")
    file = folder / "dbaas.conf"
    file.write_text(
        f"[DEFAULT]\ntransport_url = fake://\nlog_file = {log}\nhttp_get_rate = 200\n"
        f"[database]\nconnection = {database}\n"
        f"[security]\nmaster_key_file = {folder}/master.key\n{keystone.options(keystone_url)}"
    )
    environment = {**os.environ, "OS_DBAAS_CONFIG_FILES": str(file)}
    process = Process(
        SERVERS[server](folder, port), folder / "output", folder, environment=environment
    )
    made = Running(port, process, log)

    def answers() -> bool:
        assert process.ended is None, process.said()
        try:
            return made.ask("/healthcheck")[0] == 200
        except OSError:
            return False

    try:
        until(answers, "an answer of the server")
        yield made
    finally:
        process.stop()


@servers
def test_a_request_is_answered_by_each_process_also_while_it_stops(
    server: str, tmp_path: Path, all_databases: Databases
) -> None:
    pause = keystone.Pause()
    with (
        keystone.serve(pause) as url,
        running(server, tmp_path, all_databases.new_sqlite(), url) as made,
        ThreadPoolExecutor(PROCESSES) as pool,
    ):
        path = "/v1.0/alpha/instances"
        answers = [pool.submit(made.ask, path) for _ in range(PROCESSES)]
        for _ in answers:  # as each process has one thread, all are busy then
            assert pause.thinks_of.acquire(timeout=30), made.process.said()
        made.process.terminate()
        until(lambda: _STOPS.search(made.process.text()), "the arrival of the signal")
        assert not any(answer.done() for answer in answers)
        pause.over.set()
        assert [_json(answer) for answer in answers] == [(200, {"instances": []})] * PROCESSES
        until(lambda: made.process.ended is not None, "the end of the server")
        assert len(made.answered_by()) == PROCESSES


def _json(answer: "Future[tuple[int, str]]") -> tuple[int, object]:
    status, text = answer.result(60)
    return status, json.loads(text)


_OPENED = """
import os, threading
from dbaas.cmd.api import application
before = set(os.listdir("/proc/self/fd"))
application()
after = set(os.listdir("/proc/self/fd"))
print(threading.active_count(), [
    target for target in (os.readlink(f"/proc/self/fd/{fd}") for fd in after - before
    if os.path.exists(f"/proc/self/fd/{fd}")) if "socket" in target or "sqlite" in target
])
"""


def test_nothing_is_open_that_processes_would_share(
    tmp_path: Path, all_databases: Databases
) -> None:
    """The application may be made before the fork: no connection, no thread."""
    create_key_file(tmp_path / "master.key")
    file = tmp_path / "dbaas.conf"
    file.write_text(
        "[DEFAULT]\ntransport_url = rabbit://nobody:no@127.0.0.1:1/\n"
        f"[database]\nconnection = {all_databases.new_sqlite()}\n"
        f"[security]\nmaster_key_file = {tmp_path}/master.key\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", _OPENED],
        env={**os.environ, "OS_DBAAS_CONFIG_FILES": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["1 []"], done.stderr

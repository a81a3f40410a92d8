"""SIGHUP changes a service that runs, and systemd is told when one is ready."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib import request

import pytest

from dbaas.secrets import create_key_file
from tests.api import keystone
from tests.databases import Databases
from tests.functional.process import Process, command
from tests.functional.standalone import free_port
from tests.functional.waiting import until


class Notified:
    """Where systemd would listen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(60)

    def next(self) -> bytes:
        return self._socket.recv(512)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Notified]:
    made = Notified(tmp_path / "notify")
    yield made
    made.close()


def test_a_hangup_changes_a_service_that_runs(
    tmp_path: Path, systemd: Notified, all_databases: Databases
) -> None:
    create_key_file(tmp_path / "master.key")
    file, port = tmp_path / "dbaas.conf", free_port()
    with keystone.serve() as url:
        text = (
            f"[DEFAULT]\ntransport_url = fake://\nbind_host = 127.0.0.1\nbind_port = {port}\n"
            "max_instances_per_tenant = 3\nhttp_get_rate = 200\n"
            f"[database]\nconnection = {all_databases.new_sqlite()}\n"
            f"[security]\nmaster_key_file = {tmp_path}/master.key\n{keystone.options(url)}"
        )
        file.write_text(text)
        process = Process(
            [command("dbaas-api"), "--config-file", str(file)],
            tmp_path / "log",
            environment={**os.environ, "NOTIFY_SOCKET": str(systemd.path)},
        )
        try:
            assert systemd.next() == b"READY=1"
            assert "[DEFAULT] http_get_rate has no effect." in process.text()
            assert _limit(port) == 3
            file.write_text(text.replace("= 3", "= 4\ndebug = true"))
            os.kill(process.pid, signal.SIGHUP)
            until(lambda: "was read again" in process.text(), "a reload", 60)
            changed = "[DEFAULT] debug, [DEFAULT] max_instances_per_tenant"
            assert f"changed: {changed}\n" in process.text()
            assert _limit(port) == 4
            file.write_text("no configuration\n")
            os.kill(process.pid, signal.SIGHUP)
            until(lambda: "stays as it is" in process.text(), "a refusal", 60)
            assert _limit(port) == 4
        finally:
            process.stop()
    assert process.ended == 0


def _limit(port: int) -> int:
    url = f"http://127.0.0.1:{port}/v1.0/alpha/mgmt/quotas/alpha"
    asked = request.Request(url, headers={"X-Auth-Token": "reader:alpha"})
    with request.urlopen(asked) as answer:
        quotas = json.loads(answer.read())["quotas"]
    return next(int(row["limit"]) for row in quotas if row["resource"] == "instances")

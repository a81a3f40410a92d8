"""The services as processes of their own, over RabbitMQ and MariaDB: only their files differ."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from keystoneauth1 import token_endpoint

from dbaas.guestagent.lock import holder
from tests.functional.engine import Engine
from tests.functional.process import Process, command
from tests.functional.service import IMAGES, PROJECT, Http, endpoint
from tests.functional.standalone import free_port
from tests.functional.waiting import until

RABBIT = "DBAAS_TEST_RABBIT_URL"
LEASE = 12
_CONF = """\
[DEFAULT]
transport_url = {rabbit}
control_exchange = {name}
bind_host = 127.0.0.1
bind_port = {port}
[database]
connection = {database}
[security]
master_key_file = {folder}/master.key
[local]
state_dir = {folder}/local
images = {folder}/images.json
{engine}
"""
# Only the task managers' file: the API may wait longer for a guest.
_MANAGER = f"""\
[taskmanager]
cloud = local
lease = {LEASE}
guest_call_timeout = {LEASE // 4}
"""


class Split:
    """An API, two task managers, and the agents that these start."""

    headers: Mapping[str, str] = {"X-Auth-Token": f"admin:{PROJECT}"}

    def __init__(self, folder: Path, engine: Engine, database: str) -> None:
        rabbit = os.environ.get(RABBIT)
        if rabbit is None:
            pytest.fail(f"{RABBIT} is not set: run the tests with script/test", pytrace=False)
        self.folder, self.engine = folder, engine
        self.port = free_port()
        self.plan = folder / "plan"
        self.http = Http(self)
        self.managers: list[Process] = []
        (folder / "images.json").write_text(IMAGES)
        text = _CONF.format(
            rabbit=rabbit,
            name=engine.name,
            port=self.port,
            database=database,
            folder=folder,
            engine=engine.options,
        )
        (folder / "api.conf").write_text(text)
        (folder / "manager.conf").write_text(text + _MANAGER)
        self._write_clouds_yaml()
        self._manage("--config-file", str(folder / "manager.conf"), "db", "sync")
        self._manage("key", "create", str(folder / "master.key"))
        self._api: Process | None = None

    def _manage(self, *words: str) -> None:
        subprocess.run([command("dbaas-manage"), *words], check=True, capture_output=True)

    def _write_clouds_yaml(self) -> None:
        cloud = {
            "auth_type": "admin_token",
            "auth": {"endpoint": endpoint(self), "token": self.headers["X-Auth-Token"]},
            "database_endpoint_override": endpoint(self),
        }
        (self.folder / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"dbaas": cloud}}))

    @property
    def auth(self) -> Any:
        return token_endpoint.Token(endpoint(self), self.headers["X-Auth-Token"])

    @property
    def tenant_auth(self) -> Any:
        return token_endpoint.Token(endpoint(self), f"member:{PROJECT}")

    def start(self) -> None:
        self.start_managers()
        config = ["--config-file", str(self.folder / "api.conf")]
        api = [sys.executable, "-m", "tests.functional.api_server", *config]
        self._api = Process(api, self.folder / "api.log")
        self.http.until_answers(self._api)

    def start_managers(self) -> None:
        while len(self.managers) < 2:
            self.add_manager()

    def add_manager(self, mortal: bool = False) -> Process:
        """One more. Of the mortal ones the first that gets to the step of the plan dies there."""
        config = ["--config-file", str(self.folder / "manager.conf")]
        whole = [command("dbaas-taskmanager"), *config]
        if mortal:
            module = ["-m", "tests.functional.mortal", str(self.plan), "dbaas.cmd.taskmanager"]
            whole = [sys.executable, *module, *config]
        number = len(list(self.folder.glob("manager-*.log")))
        made = Process(whole, self.folder / f"manager-{number}.log")
        self.managers.append(made)
        return made

    def stop_managers(self) -> None:
        while self.managers:
            self.managers.pop().stop()

    def agent(self, container: str) -> int | None:
        """The pid of the agent that cares for a container."""
        return holder(self.folder / "local" / "servers" / container / "agent.pid")

    def _agents(self) -> Iterable[int]:
        for file in self.folder.glob("local/servers/*/agent.pid"):
            if pid := holder(file):
                yield pid

    def close(self) -> None:
        self.stop_managers()
        if self._api is not None:
            self._api.stop()
        for pid in self._agents():
            os.kill(pid, signal.SIGKILL)
        until(lambda: not list(self._agents()), "the end of the agents")

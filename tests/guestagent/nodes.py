"""Real agents with real databases, for tests."""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import oslo_messaging
import pymysql
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.guestagent.agent import Agent
from dbaas.guestagent.container import Container
from dbaas.guestagent.data_volume import DataVolume
from dbaas.rpc import taskmanager
from dbaas.rpc import transport as rpc_transport
from dbaas.rpc.guest import GuestClient

Report = dict[str, Any]

PATIENCE = 120
LABEL = "dbaas.test"


def image() -> tuple[str, str]:
    """The repository and the version of the database's image."""
    name = os.environ.get("DBAAS_TEST_MYSQL_IMAGE", "")
    if not name:
        made = docker.from_env().images.list("dbaas/mysql")
        name = made[0].tags[0] if made else "mysql:8.4"
    repository, _, version = name.rpartition(":")
    return repository, version


def container(conf: cfg.ConfigOpts) -> Container:
    """As an agent sees it."""
    state_dir = Path(conf.guest.state_dir)
    return Container(conf.guest, DataVolume(conf.guest, state_dir, threading.Event()))


class Mailbox:
    """The task manager, as far as agents see it."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._reports: dict[str, list[Report]] = {}

    def report(self, context: Any, node_id: str, report: Report) -> None:
        with self._lock:
            self._reports.setdefault(node_id, []).append(report)
            self._lock.notify_all()

    def of(self, node_id: str) -> list[Report]:
        with self._lock:
            return list(self._reports.get(node_id, []))

    def wait_for(self, node_id: str, wanted: Callable[[Report], bool], after: int = 0) -> Report:
        """The first report of that kind with a higher number than `after`."""

        def find() -> Report | None:
            reports = self._reports.get(node_id, [])
            return next((one for one in reports if one["seq"] > after and wanted(one)), None)

        with self._lock:
            assert self._lock.wait_for(lambda: find() is not None, PATIENCE), self._reports
            found = find()
        assert found is not None
        return found


class Broker:
    """The messages of the tests, and who gets them."""

    def __init__(self, folder: Path) -> None:
        exchange = f"guests-{uuid.uuid4().hex}"
        self.file = folder / "broker.conf"
        self.file.write_text(
            f"[DEFAULT]\ntransport_url = fake://\ncontrol_exchange = {exchange}\n"
        )
        self.transport = rpc_transport.connect(self.conf())
        self.mailbox = Mailbox()
        target = oslo_messaging.Target(topic=taskmanager.TOPIC, server="tests", version="1.0")
        self._server = rpc_transport.serve(self.transport, target, self.mailbox)

    def conf(self) -> cfg.ConfigOpts:
        return dbaas_conf.load(files=[str(self.file)])

    def close(self) -> None:
        self._server.stop()
        self._server.wait()
        self.transport.cleanup()


class Node:
    """A node's options, its agent, and the ways to its database."""

    def __init__(self, broker: Broker, state_dir: Path, **options: Any) -> None:
        self.id = str(uuid.uuid4())
        self.broker = broker
        self.conf = broker.conf()
        self.docker = docker.from_env()
        self.name = f"dbaas-test-{self.id}"
        repository, self.version = image()
        own = {
            "node_id": self.id,
            "datastore": "mysql",
            "repository": repository,
            "state_dir": str(state_dir),
            "container": self.name,
            "volume": self.name,
            "memory": 512,
            "labels": {LABEL: "guestagent"},
            "report_interval": 30,
            "probe_interval": 0.2,
        }
        for key, value in {**own, **options}.items():
            self.conf.set_override(key, value, "guest")
        self.options = self.conf.guest
        self._client = GuestClient(broker.transport, 30)
        self.agent: Agent | None = None

    def start(self) -> None:
        self.agent = Agent(self.conf, self.broker.transport)
        self.agent.start()

    def stop(self) -> None:
        if self.agent is not None:
            self.agent.stop()
            self.agent = None

    def call(self, method: str, **arguments: Any) -> Any:
        return self._client.call(self.id, method, **arguments)

    def job(self, kind: str, args: dict[str, Any] | None = None, name: str = "") -> Report:
        """The job's end, seen in a report and asked for then."""
        name = name or uuid.uuid4().hex
        self.call("start_job", name=name, kind=kind, args=args or {})
        return self.job_end(name)

    def job_end(self, name: str) -> Report:
        self.broker.mailbox.wait_for(
            self.id, lambda report: report["jobs"].get(name, "running") != "running"
        )
        return dict(self.call("get_job", name=name))

    def prepare(self, **args: Any) -> Report:
        own = {
            "version_number": self.version,
            "volume_is_new": True,
            "databases": [],
            "users": [],
        }
        return self.job("prepare", {**own, **args})

    @property
    def container(self) -> Any:
        return self.docker.containers.get(self.name)

    @property
    def address(self) -> str:
        networks = self.container.attrs["NetworkSettings"]["Networks"].values()
        return str(next(iter(networks))["IPAddress"])

    @contextmanager
    def login(
        self, user: str, password: str, database: str | None = None
    ) -> Iterator["pymysql.cursors.Cursor"]:
        """As a tenant: over TCP."""
        connection = pymysql.connect(
            host=self.address,
            user=user,
            password=password.encode(),
            database=database,
            charset="utf8mb4",
            autocommit=True,
            # Without TLS, what RSA can take is a limit.
            ssl_disabled=len(password) < 100,
            connect_timeout=10,
        )
        with connection, connection.cursor() as cursor:
            yield cursor

    def can_login(self, user: str, password: str, database: str | None = None) -> bool:
        refusals = (1044, 1045, 1130)
        try:
            with self.login(user, password, database):
                return True
        except pymysql.err.OperationalError as error:
            if error.args[0] not in refusals:
                raise
        return False

    def look(self) -> Report:
        inventory: Report = self.call("ping")["inventory"]
        return inventory

    def once(self, command: str) -> None:
        """Run a shell command on the volume, beside or without the database."""
        self.docker.containers.run(
            "{}:{}".format(*image()),
            ["-c", command],
            entrypoint="/bin/sh",
            user="root",
            remove=True,
            volumes={self.options.volume: {"bind": "/var/lib/mysql", "mode": "rw"}},
            labels={LABEL: "guestagent"},
        )

    def close(self) -> None:
        self.stop()
        for container in self.docker.containers.list(all=True, filters={"name": self.name}):
            container.remove(force=True, v=True)
        for volume in self.docker.volumes.list(filters={"name": self.name}):
            volume.remove(force=True)
        self.docker.close()

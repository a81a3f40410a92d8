"""The API over an empty database and the broker in this process, and callers with roles."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import oslo_messaging
import sqlalchemy
import webob
from cryptography.fernet import Fernet
from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.db import inventory, operations
from dbaas.db.database import Database
from dbaas.db.models import (
    Base,
    Datastore,
    DatastoreVersion,
    Flavor,
    Instance,
    Network,
    Operation,
    Outcome,
    utcnow,
)
from dbaas.db.states import DatabaseStatus, InstanceStatus
from dbaas.rpc import guest as guest_rpc
from dbaas.rpc import taskmanager as taskmanager_rpc
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault
from tests.api.guest import StandInGuest

ROLES = {
    "nobody": "",
    "service": "service",
    "reader": "reader",
    "member": "member,reader",
    "manager": "manager,member,reader",
    "admin": "admin,manager,member,reader",
}
FLAVOR = "1"
NETWORK = "11111111-aaaa-4aaa-8aaa-000000000001"
UNFILTERED = "11111111-aaaa-4aaa-8aaa-000000000002"
FOREIGN_NETWORK = "11111111-aaaa-4aaa-8aaa-000000000003"


def identify(app: Any) -> Any:
    """Stands where auth_token would: the token says it all, as `role:project`."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        role, colon, project = environ.get("HTTP_X_AUTH_TOKEN", "").partition(":")
        if not colon:
            refusal = webob.Response("no", status=401)
            refusal.headers["WWW-Authenticate"] = 'Keystone uri="http://keystone"'
            return list(refusal(environ, start_response))
        environ["HTTP_X_ROLES"] = ROLES[role]
        environ["HTTP_X_PROJECT_ID"] = project
        environ["HTTP_X_USER_ID"] = f"{role}-of-{project}"
        inner: Iterable[bytes] = app(environ, start_response)
        return inner

    return wrapped


class StandInTaskManager:
    """It hears hints, and sees what was added to the cloud since."""

    target = oslo_messaging.Target(version="1.0")

    def __init__(self, database: Database) -> None:
        self._database = database
        self.looks = 0
        self.unseen: list[Base] = []
        """Rows of flavors and networks that the next look brings, in place of older ones."""

    def hint(self, context: Any) -> None: ...

    def look_again(self, context: Any) -> None:
        self.looks += 1
        rows, self.unseen = self.unseen, []
        self._database.write(lambda session: [session.merge(row) for row in rows])


class Api:
    def __init__(self, url: str) -> None:
        self.conf: cfg.ConfigOpts = dbaas_conf.load(files=[])
        self.conf.set_override("transport_url", "fake://")
        self.conf.set_override("guest_call_timeout", 1, group="taskmanager")
        self.database = Database(url)
        self.transport = rpc_transport.connect(self.conf)
        self.vault = Vault([Fernet.generate_key().decode()])
        self.app = build_app(self.conf, self.database, self.transport, self.vault, identify)
        self.guests: dict[str, StandInGuest] = {}
        self._servers: list[Any] = []
        self.taskmanager = StandInTaskManager(self.database)
        target = oslo_messaging.Target(topic=taskmanager_rpc.TOPIC, server="tm")
        self.taskmanager_server = rpc_transport.serve(self.transport, target, self.taskmanager)
        self.database.write(_seed)

    def close(self) -> None:
        for server in (*self._servers, self.taskmanager_server):
            server.stop()
        self.transport.cleanup()
        self.database.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str = "member",
        project: str = "alpha",
        url_project: str | None = None,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> webob.Response:
        """`path` is below the project, the caller's own unless told otherwise."""
        url = f"/v1.0/{url_project or project}{path}"
        request = webob.Request.blank(url, method=method)
        request.headers["X-Auth-Token"] = f"{role}:{project}"
        request.headers.update(headers or {})
        if body is not None or raw is not None:
            request.body = raw if raw is not None else json.dumps(body).encode()
            request.content_type = content_type
        return request.get_response(self.app)

    def order(self, **changes: Any) -> dict[str, Any]:
        """The body of a create."""
        nics = [{"net-id": NETWORK}]
        wish = {"name": "db1", "flavorRef": FLAVOR, "volume": {"size": 1}, "nics": nics, **changes}
        return {"instance": {key: value for key, value in wish.items() if value is not ...}}

    def create(self, project: str = "alpha", **changes: Any) -> str:
        """The id of a new instance that is still being made."""
        answer = self.ask("POST", "/instances", self.order(**changes), project=project)
        assert answer.status_int == 200, answer.text
        return str(answer.json["instance"]["id"])

    def create_active(self, project: str = "alpha", **changes: Any) -> str:
        """The id of a new instance that is built, with a guest that answers."""
        instance_id = self.create(project, **changes)
        guest = StandInGuest()
        node_id = self.database.write(lambda session: _finish(session, instance_id, guest))
        target = guest_rpc.target(node_id)
        self._servers.append(rpc_transport.serve(self.transport, target, guest))
        self.guests[instance_id] = guest
        return instance_id

    def silence(self, instance_id: str) -> None:
        """From now on its guest does not answer."""
        index = list(self.guests).index(instance_id)
        self._servers[index].stop()

    def dump(self) -> dict[str, list[Any]]:
        """All rows of all tables."""
        with self.database.engine.connect() as connection:
            return {
                table.name: sorted(
                    (tuple(row) for row in connection.execute(sqlalchemy.select(table))), key=repr
                )
                for table in Base.metadata.sorted_tables
            }

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collects the statements that are sent to the database, BEGINs aside."""
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        sqlalchemy.event.listen(self.database.engine, "before_cursor_execute", note)
        yield statements
        sqlalchemy.event.remove(self.database.engine, "before_cursor_execute", note)


def _seed(session: Session) -> None:
    session.add(Flavor(id=FLAVOR, name="m1.tiny", ram=512, vcpus=1, disk=1, ephemeral=0))
    session.add(Flavor(id="d3", name="ds1G", ram=1024, vcpus=1, disk=5, ephemeral=0))
    gone = Flavor(id="2", name="old", ram=64, vcpus=1, disk=1, ephemeral=0, present=False)
    session.add(gone)
    session.add(Network(id=NETWORK, name="private", filters_ports=True))
    session.add(Network(id=UNFILTERED, name="flat", filters_ports=False))
    session.add(Network(id=FOREIGN_NETWORK, name="theirs", filters_ports=True, project_id="beta"))
    session.flush()
    _seed_datastore(session)


def _seed_datastore(session: Session) -> None:
    datastore = Datastore(id="00000000-0000-4000-8000-00000000000d", name="mysql")
    session.add(datastore)
    session.flush()
    common = {
        "datastore": datastore,
        "manager": "mysql",
        "image_tags": ["trove", "mysql"],
        "packages": [],
    }
    session.add(
        DatastoreVersion(
            id="00000000-0000-4000-8000-000000000080",
            name="8.0",
            version_number="8.0",
            active=True,
            **common,
        )
    )
    session.add(
        DatastoreVersion(
            id="00000000-0000-4000-8000-000000000057",
            name="5.7",
            version_number="5.7.29",
            active=False,
            **common,
        )
    )
    datastore.default_version_id = "00000000-0000-4000-8000-000000000080"


def _finish(session: Session, instance_id: str, guest: StandInGuest) -> str:
    """What the task manager does when a create succeeds; its guest has looked once."""
    end_operation(session, instance_id)
    instance = session.get_one(Instance, instance_id)
    instance.status = InstanceStatus.ACTIVE
    instance.built_at = utcnow()
    (node,) = instance.nodes
    node.database_status = DatabaseStatus.HEALTHY
    node.database_version = "8.0.41"
    node.server_id = f"server-{node.id}"
    node.volume_id = f"volume-{node.id}"
    node.private_address = "10.0.0.5"
    node.volume_used = 512 * 1024**2
    node.reported_at = utcnow()
    inventory.store(session, node.id, guest.look())
    return node.id


def end_operation(session: Session, instance_id: str) -> None:
    operation = operations.live(session, instance_id)
    assert isinstance(operation, Operation)
    operation.live_key = operation.wake_at = operation.secrets = None
    operation.finished_at = utcnow()
    operation.outcome = Outcome.SUCCEEDED

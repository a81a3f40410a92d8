"""A running service as its users reach it; how it is started is its form's affair."""

import http.client
import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib import error, request

from keystoneauth1 import session as keystone
from troveclient.v1.client import Client  # type: ignore[import-untyped]

from tests.functional.engine import Engine
from tests.functional.process import Process, command
from tests.functional.waiting import until
from tests.guestagent.nodes import image

PROJECT = "demo"
FLAVOR = "1"
TAGS = ["trove", "mysql"]
REPOSITORY, VERSION = image()
IMAGES = json.dumps([{"id": "1", "name": "mysql", "tags": TAGS, "repository": REPOSITORY}])
READY = ("ACTIVE", "HEALTHY")

Json = dict[str, Any]


class Service(Protocol):
    """Where it listens, who may ask, and what it made."""

    folder: Path
    port: int
    engine: Engine
    headers: Mapping[str, str]
    """Of an administrator."""

    @property
    def auth(self) -> Any:
        """An administrator's plugin for keystoneauth."""

    @property
    def tenant_auth(self) -> Any:
        """An ordinary tenant's."""


def endpoint(service: Service) -> str:
    return f"http://127.0.0.1:{service.port}/v1.0/{PROJECT}"


def client(service: Service, auth: Any) -> Any:
    """python-troveclient, as it comes."""
    return Client(session=keystone.Session(auth=auth), endpoint_override=endpoint(service))


def openstack(service: Service, *words: str) -> Any:
    """What the real command answers to words that end with `-f json`, or have no answer."""
    env = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(service.folder / "clouds.yaml")}
    arguments = [command("openstack"), "--os-cloud", "dbaas", *words]
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


class Http:
    """Plain requests with JSON. Raises urllib's HTTPError on refusals."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def call(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self.ask(method, path, body)
        assert status < 400, answer
        return json.loads(answer or "null")

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Status and text of the answer, whatever it is."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._service.headers}
        url = endpoint(self._service) + path
        try:
            with request.urlopen(request.Request(url, data, headers, method=method)) as answer:
                return answer.status, answer.read().decode()
        except error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def instance(self, instance_id: str) -> Json:
        seen: Json = self.call("GET", f"/instances/{instance_id}")["instance"]
        return seen

    def events(self, instance_id: str) -> list[Json]:
        found: list[Json] = self.call("GET", f"/instances/{instance_id}/events")["events"]
        return found

    def create(self, **wish: Any) -> str:
        """The id of a new public instance."""
        body = {
            "name": f"db-{secrets.token_hex(3)}",
            "flavorRef": FLAVOR,
            "volume": {"size": 1},
            "access": {"is_public": True},
            **wish,
        }
        return str(self.call("POST", "/instances", {"instance": body})["instance"]["id"])

    def until_ready(self, instance_id: str) -> Json:
        """What it is once it is ACTIVE and HEALTHY. A failure fails at once."""

        def ready() -> Json | None:
            seen = self.instance(instance_id)
            assert seen["status"] != "ERROR", seen["fault"]["message"]
            return seen if (seen["status"], seen["operating_status"]) == READY else None

        return until(ready, f"instance {instance_id} ready")

    def delete(self, instance_id: str) -> None:
        self.call("DELETE", f"/instances/{instance_id}")
        self.until_gone(instance_id)

    def until_gone(self, instance_id: str) -> None:
        path = f"/instances/{instance_id}"
        until(lambda: self.ask("GET", path)[0] == 404, f"the end of {instance_id}")

    def until_answers(self, process: Process) -> None:
        """Return when the service answers."""

        def answers() -> bool:
            assert process.ended is None, process.said()
            connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=5)
            try:
                connection.request("GET", "/healthcheck")
                return connection.getresponse().status == 200
            except OSError:
                return False
            finally:
                connection.close()

        until(answers, "an answer of the service")

    def ensure_version(self) -> None:
        """Make the image's MySQL orderable, unless it is."""
        version = {
            "name": VERSION,
            "datastore_name": "mysql",
            "datastore_manager": "mysql",
            "image_tags": TAGS,
            "active": True,
            "default": True,
            "version": VERSION,
        }
        known = self.call("GET", "/mgmt/datastore-versions")["versions"]
        if not any(row["name"] == VERSION for row in known):
            self.call("POST", "/mgmt/datastore-versions", {"version": version})

    def inside(self, instance_id: str, words: str) -> list[str]:
        """The names of an instance's `users` or `databases`."""
        rows = self.call("GET", f"/instances/{instance_id}/{words}")[words]
        return [row["name"] for row in rows]

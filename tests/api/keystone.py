"""As much of Keystone as auth_token asks for, on a port of its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EXPIRES = "2999-01-01T00:00:00.000000Z"


class Pause:
    """Keystone thinks about each token until it is over."""

    def __init__(self) -> None:
        self.thinks_of = threading.Semaphore(0)
        """Acquire it to wait for a token."""
        self.over = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    pause: Pause | None = None

    def do_GET(self) -> None:
        if self.path.startswith("/v3/auth/tokens"):
            if self.pause is not None:
                self.pause.thinks_of.release()
                self.pause.over.wait(60)
            role, colon, project = self.headers["X-Subject-Token"].partition(":")
            self._answer(200 if colon else 404, self._token([role], project))
        else:
            base = f"http://{self.headers['Host']}/v3/"
            links = [{"rel": "self", "href": base}]
            version = {"id": "v3.14", "status": "stable", "links": links}
            self._answer(
                200,
                {"version": version} if "v3" in self.path else {"versions": {"values": [version]}},
            )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, self._token(["admin"], "service"), {"X-Subject-Token": "services-own"})

    def _answer(self, code: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(raw)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def _token(self, roles: list[str], project: str) -> dict[str, Any]:
        return _token(roles, project, f"http://{self.headers['Host']}/v3")


def _token(roles: list[str], project: str, url: str) -> dict[str, Any]:
    domain = {"id": "default", "name": "Default"}
    return {
        "token": {
            "methods": ["password"],
            "expires_at": EXPIRES,
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "user": {"id": "someone", "name": "someone", "domain": domain},
            "project": {"id": project, "name": project, "domain": domain},
            "roles": [{"id": role, "name": role} for role in roles],
            "catalog": [
                {
                    "type": "identity",
                    "name": "keystone",
                    "endpoints": [{"interface": "internal", "region_id": "RegionOne", "url": url}],
                }
            ],
            "audit_ids": ["x"],
        }
    }


@contextmanager
def serve(pause: Pause | None = None) -> Iterator[str]:
    """Its URL; a token is `role:project`."""
    handler = type("_Handler", (_Handler,), {"pause": pause})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def options(url: str) -> str:
    """The section of a configuration file."""
    return f"""[keystone_authtoken]
www_authenticate_uri = {url}
auth_type = password
auth_url = {url}/v3
username = dbaas
password = x
project_name = service
user_domain_id = default
project_domain_id = default
"""

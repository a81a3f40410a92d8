"""Pecan's part: one root controller that dispatches through the route table."""

import json
import re
from typing import Any

import pecan
import webob
from pecan.hooks import PecanHook

from dbaas.api import body as bodies
from dbaas.api import context, faults
from dbaas.api.call import Call, Services
from dbaas.api.routing import Route, Table

BODY = "dbaas.body"
MATCH = "dbaas.match"
_VERSIONED = re.compile(r"application/vnd\.openstack\.trove\+json\s*;\s*version=([^,;\s]*)")


class BodyHook(PecanHook):
    """Takes the body out of pecan's sight: it would parse it, and guess arguments from it."""

    def on_route(self, state: Any) -> None:
        request = state.request
        environ = request.environ
        environ[BODY] = (request.body, environ.get("CONTENT_TYPE", ""))
        request.body = b""
        environ["CONTENT_TYPE"] = "application/octet-stream"
        _check_version(request.headers.get("Accept", ""))
        # Everything is JSON, whatever else the caller would accept.
        request.pecan["content_type"] = "application/json"


def _check_version(accept: str) -> None:
    wanted = _VERSIONED.findall(accept)
    if wanted and "1.0" not in wanted:
        raise faults.NotAcceptable(f"there is no version {wanted[0]}, only 1.0")


class RootController:
    """The only controller; `_route` is pecan's hook for dispatching by other means."""

    def __init__(self, services: Services, table: Table) -> None:
        self._services = services
        self._table = table

    @pecan.expose()
    def _route(self, args: list[str], request: Any) -> tuple[Any, list[str]]:
        path = [part for part in args if part]
        request.environ[MATCH] = self._table.match(request.method, path)
        return self.serve, []

    @pecan.expose(content_type="application/json")
    def serve(self) -> webob.Response:
        request = pecan.request
        match = request.environ[MATCH]
        raw, content_type = request.environ[BODY]
        body = None
        if match.routes[0].action is not None:
            body = bodies.decode(raw, content_type)
        route = match.choose(body)
        call = self._call(request, match.path, body)
        if route.rule is not None:
            call.authorize(route.rule)
        if route.schema is not None:
            body = bodies.decode(raw, content_type)
            bodies.validate(body, route.schema)
            call = self._call(request, match.path, body)
        return _answer(route, route.handler(call))

    def _call(self, request: Any, path: dict[str, str], body: Any) -> Call:
        asker = context.of(request.environ)
        asker.resource_uuid = path.get("instance_id")  # for the log
        return Call(
            services=self._services,
            context=asker,
            path=path,
            query={key: request.GET[key] for key in request.GET},
            body=body,
            base=request.application_url.rstrip("/"),
            url=request.path_url,
        )


def _answer(route: Route, body: dict[str, Any] | None) -> webob.Response:
    raw = b"" if body is None else json.dumps(body).encode()
    return webob.Response(body=raw, status=route.status, content_type="application/json")


def application(services: Services, table: Table) -> Any:
    return pecan.Pecan(
        RootController(services, table),
        hooks=[BodyHook()],
        force_canonical=False,
        guess_content_type_from_ext=False,
    )

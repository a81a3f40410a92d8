"""Every route that reads a body, with bodies that are wrong in every way."""

import json
from typing import Any

import pytest

from dbaas.api.routing import Route
from tests.api.harness import Api
from tests.api.table import PROJECT_ROUTES, body_of, name_of, path_of

READERS = [route for route in PROJECT_ROUTES if route.method in ("POST", "PUT", "PATCH")]

RAW = {
    "no JSON": b"{",
    "empty": b"",
    "blank": b"  \n",
    "bad UTF-8": b'{"instance": "\xff"}',
    "deep list": b"[" * 50_000 + b"]" * 50_000,
    "deep object": b'{"a":' * 15_000 + b"1" + b"}" * 15_000,
    "1 MiB": b'"' + b"x" * 2**20 + b'"',
    "long number": b"1" * 10_000,
    "infinity": b'{"instance": Infinity}',
    "1e999": b'{"quotas": {"instances": 1e999}}',
    "NUL": b'{"instance": {"name": "a\\u0000"}}',
    "half a pair": b'{"instance": {"name": "\\ud800"}}',
    "two keys": b'{"restart": {}, "reset_status": {}}',
}
VALUES: tuple[Any, ...] = (
    None,
    [],
    {},
    "x",
    7,
    1.5,
    True,
    [[]],
    [{}],
    {"no_such_key": 1},
    "1" * 300,
)


def wrong_bodies(good: Any) -> list[Any]:
    """`good` with each of its parts replaced by something else, and unknown keys added."""
    bodies: list[Any] = list(VALUES)
    if isinstance(good, dict):
        bodies.append({**good, "no_such_key": 1})
        for key, value in good.items():
            bodies += [{**good, key: other} for other in wrong_bodies(value)]
    elif isinstance(good, list):
        bodies += [[other] for item in good for other in wrong_bodies(item)]
        bodies.append(good * 2)
    return bodies


@pytest.fixture(scope="module")
def world(all_databases: Any) -> Any:
    api = Api(all_databases.new_sqlite())
    yield api, api.create_active("alpha")
    api.close()


@pytest.fixture(scope="module")
def busy_world(all_databases: Any) -> Any:
    """Some of the bodies are right by chance."""
    api = Api(all_databases.new_sqlite())
    for option in ("max_instances_per_tenant", "max_volumes_per_tenant"):
        api.conf.set_override(option, -1)
    yield api
    api.close()


routes = pytest.mark.parametrize("route", READERS, ids=name_of)


@routes
@pytest.mark.parametrize("kind", RAW)
def test_raw(world: Any, route: Route, kind: str) -> None:
    api, instance_id = world
    before = api.dump()
    answer = api.ask(route.method, path_of(route, instance_id), raw=RAW[kind], role="admin")
    if answer.status_int == 200:
        assert name_of(route) == "POST /instances/{instance_id}/root"  # it needs no body
        return
    assert 400 <= answer.status_int < 500 or answer.status_int == 501
    ((_, fault),) = answer.json.items()
    assert fault["code"] == answer.status_int
    assert fault["message"]
    assert api.dump() == before


@routes
def test_wrong_types_and_unknown_keys(busy_world: Any, route: Route) -> None:
    api = busy_world
    instance_id = api.create_active(datastore={"type": "mysql", "version": "8.0"})
    before = api.dump()
    for body in wrong_bodies(body_of(route)):
        raw = json.dumps(body).encode()
        answer = api.ask(route.method, path_of(route, instance_id), raw=raw, role="admin")
        assert answer.status_int < 500 or answer.status_int == 501, (body, answer.text)
        if answer.status_int >= 400:
            assert api.dump() == before, body
            assert "no_such_key" not in str(body) or _names_it(answer, body)
        else:
            before = api.dump()


def _names_it(answer: Any, body: Any) -> bool:
    """A 400 tells which key is unknown, unless something else is wrong as well."""
    alone = isinstance(body, dict) and "no_such_key" in body and len(body) > 1
    return (
        not alone
        or answer.status_int != 400
        or "no_such_key" in answer.text
        or "action" in (answer.text)
    )


@routes
def test_other_media_types(world: Any, route: Route) -> None:
    api, instance_id = world
    before = api.dump()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = api.ask(
            route.method,
            path_of(route, instance_id),
            raw=json.dumps(body_of(route)).encode(),
            content_type=kind,
            role="admin",
        )
        assert answer.status_int in (415, 501), kind
    assert api.dump() == before


URLS = [
    "/instances?limit=0",
    "/instances?limit=-1",
    "/instances?limit=x",
    "/instances?limit=1.5",
    "/instances?limit=%FF",
    "/instances?marker=%00",
    "/instances?marker=" + "x" * 2000,
    "/instances?name=%",
    "/instances?limit=" + "9" * 500,
    "/instances?a=b&a=c&&&=",
    "/instances/%2e%2e/%2e%2e",
    "/instances/%00",
    "/instances/%ff",
    "/instances/" + "x" * 5000,
    "/instances/{id}/events?marker=x",
    "/instances/{id}/events?marker=99999999999999999999",
    "/instances/{id}/users?marker=%zz",
    "/instances/{id}/users/@",
    "/instances/{id}/users/a@@",
    "/instances/{id}/users/root",
    "/instances/{id}/users/%e2%98%83",
    "/instances/{id}/databases/mysql",
    "/instances/{id}/databases/%27",
    "/instances/{id}/databases/" + "x" * 65,
    "/flavors/../flavors",
    "/datastores/%0a",
    "//instances//{id}//",
    "/mgmt/instances?project_id=%",
    "/",
    "",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "OPTIONS", "BREW"])
def test_urls(world: Any, url: str, method: str) -> None:
    api, instance_id = world
    if method == "DELETE" and url.startswith("//"):
        return  # it would be deleted
    before = api.dump()
    answer = api.ask(method, url.replace("{id}", instance_id), role="admin")
    assert answer.status_int < 500
    assert answer.headers["X-OpenStack-Request-Id"]
    assert api.dump() == before

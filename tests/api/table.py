"""What generated tests know of the route table: a path and a good body for each route."""

from typing import Any

from dbaas.api.routes import ROUTES
from dbaas.api.routing import PREFIX, Route

ABSENT = "99999999-9999-4999-8999-999999999999"
PROJECT_ROUTES = [route for route in ROUTES if route.rule is not None]

_NAMES = {
    "datastore": "mysql",
    "version": "00000000-0000-4000-8000-000000000080",
    "flavor_id": "1",
    "project": "alpha",
    "user": "bob@10.0.0.1",
    "name": "shop",
    "database": "shop",
}


def name_of(route: Route) -> str:
    action = f" {route.action}" if route.action else ""
    return f"{route.method} {route.path.removeprefix(PREFIX) or '/'}{action}"


def path_of(route: Route, instance_id: str) -> str:
    """The path below the project, with names filled in; what is not ours is absent."""
    path = route.path.removeprefix(PREFIX)
    names = {**_NAMES, "instance_id": instance_id}
    for word in route.template:
        if word.startswith("{") and word != "{project_id}":
            path = path.replace(word, names.get(word[1:-1], ABSENT))
    return path


def body_of(route: Route) -> Any:
    """What the route takes; it need not succeed with it."""
    if route.action is not None:
        key, _, inner = route.action.partition(".")
        return {key: {inner: _INNER.get(inner, {})} if inner else {}}
    return _BODIES.get(name_of(route))


_INNER = {"volume": {"size": 2}, "flavorRef": "d3"}

_BODIES: dict[str, Any] = {
    "POST /instances": {"instance": {"name": "db", "flavorRef": "1", "volume": {"size": 1}}},
    "PUT /instances/{instance_id}": {"instance": {"name": "db2"}},
    "PATCH /instances/{instance_id}": {"instance": {"name": "db2"}},
    "POST /instances/{instance_id}/databases": {"databases": [{"name": "shop"}]},
    "POST /instances/{instance_id}/users": {"users": [{"name": "bob", "password": "x"}]},
    "PUT /instances/{instance_id}/users": {"users": [{"name": "bob", "password": "x"}]},
    "POST /instances/{instance_id}/users/{user}": {"users": {"name": "bob", "password": "x"}},
    "PUT /instances/{instance_id}/users/{user}": {"user": {"name": "rob"}},
    "PUT /instances/{instance_id}/users/{user}/databases": {"databases": [{"name": "shop"}]},
    "POST /instances/{instance_id}/root": {},
    "PUT /mgmt/quotas/{project}": {"quotas": {"backups": 3}},
    "POST /mgmt/datastore-versions": {
        "version": {
            "name": "8.4",
            "datastore_name": "mysql",
            "datastore_manager": "mysql",
            "image_tags": ["trove"],
            "active": True,
        }
    },
    "PATCH /mgmt/datastore-versions/{version}": {"active": True},
}

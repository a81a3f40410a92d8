"""Every route of the table, as every kind of caller."""

from typing import Any

import pytest

from dbaas.api.routing import Route
from dbaas.policies import list_rules
from dbaas.policies.base import ADMIN, ANY_READER, MEMBER, READER
from tests.api.harness import Api
from tests.api.table import PROJECT_ROUTES, body_of, name_of, path_of

CHECKS = {rule.name: rule.check_str for rule in list_rules()}
# Nobody's service calls this API for its own ends, so the role `service` may do nothing alone.
PERSONAS = ("nobody", "service", "reader", "member", "manager", "admin")
MAY = {
    READER: {"reader", "member", "manager", "admin"},
    ANY_READER: {"reader", "member", "manager", "admin"},
    MEMBER: {"member", "manager", "admin"},
    ADMIN: {"admin"},
    # Quotas: everybody's own.
    CHECKS["quota:show"]: {"reader", "member", "manager", "admin"},
}


@pytest.fixture(scope="module")
def world(all_databases: Any) -> Any:
    """An API with an instance of alpha's, which no test here may change in vain."""
    api = Api(all_databases.new_sqlite())
    yield api, api.create_active("alpha")
    api.close()


@pytest.fixture(scope="module")
def busy_world(all_databases: Any) -> Any:
    """The same, to be changed by anybody; there is always room for another instance."""
    api = Api(all_databases.new_sqlite())
    for option in ("max_instances_per_tenant", "max_volumes_per_tenant"):
        api.conf.set_override(option, -1)
    yield api, api.create_active("alpha")
    api.close()


def ask(world: Any, route: Route, role: str, project: str = "alpha", **options: Any) -> Any:
    api, instance_id = world
    return api.ask(
        route.method,
        path_of(route, instance_id),
        body_of(route),
        role=role,
        project=project,
        **options,
    )


routes = pytest.mark.parametrize("route", PROJECT_ROUTES, ids=name_of)


@routes
def test_who_may_not_is_told_so_and_nothing_changes(world: Any, route: Route) -> None:
    api, _ = world
    before = api.dump()
    for role in PERSONAS:
        if role not in MAY[CHECKS[str(route.rule)]]:
            answer = ask(world, route, role)
            assert (answer.status_int, list(answer.json)) == (403, ["forbidden"]), role
    assert api.dump() == before


@routes
def test_the_url_must_name_the_own_project(world: Any, route: Route) -> None:
    api, _ = world
    before = api.dump()
    for role in PERSONAS:
        answer = ask(world, route, role, project="beta", url_project="alpha")
        assert (answer.status_int, list(answer.json)) == (403, ["forbidden"]), role
    assert api.dump() == before


@routes
def test_a_token_of_the_system_or_a_domain_is_refused(world: Any, route: Route) -> None:
    """What is here belongs to projects: administrators, too, come with a project's token."""
    api, _ = world
    before = api.dump()
    for scope in ("OpenStack-System-Scope", "X-Domain-Id"):
        answer = ask(world, route, "admin", project="", url_project="alpha", headers={scope: "x"})
        assert (answer.status_int, list(answer.json)) == (403, ["forbidden"]), scope
    # Were it to name a project as well, the rules themselves would not take it.
    answer = ask(world, route, "admin", headers={"OpenStack-System-Scope": "all"})
    assert (answer.status_int, list(answer.json)) == (403, ["forbidden"])
    assert api.dump() == before


@routes
def test_a_token_is_needed(world: Any, route: Route) -> None:
    answer = ask(world, route, "member", headers={"X-Auth-Token": ""})
    assert (answer.status_int, list(answer.json)) == (401, ["unauthorized"])
    assert "Keystone" in answer.headers["WWW-Authenticate"]
    assert answer.headers["X-OpenStack-Request-Id"].startswith("req-")


OF_INSTANCES = [
    route
    for route in PROJECT_ROUTES
    if "/instances/{instance_id}" in route.path
    and "mgmt" not in route.path
    and "clusters" not in route.path
]


@pytest.mark.parametrize("route", OF_INSTANCES, ids=name_of)
def test_foreign_instances_are_not_there(world: Any, route: Route) -> None:
    api, instance_id = world
    before = api.dump()
    for role in ("reader", "member"):
        answer = ask(world, route, role, project="beta")
        allowed = role in MAY[CHECKS[str(route.rule)]]
        assert answer.status_int in ({404, 501} if allowed else {403}), role
        assert "10.0.0.5" not in answer.text
    assert api.guests[instance_id].asked == []
    assert api.dump() == before


@routes
def test_who_may_is_not_refused(busy_world: Any, route: Route) -> None:
    api, instance_id = busy_world
    for role in sorted(MAY[CHECKS[str(route.rule)]]):
        if route.method != "GET" and route in OF_INSTANCES:
            instance_id = api.create_active("alpha")
        answer = ask((api, instance_id), route, role)
        assert answer.status_int not in (401, 403), role
        assert answer.status_int < 500 or answer.status_int == 501
        assert answer.headers["Content-Type"] == "application/json" or answer.status_int == 204


def test_other_projects_quotas_are_an_administrators(api: Api) -> None:
    for role, code in (("reader", 403), ("member", 403), ("admin", 200)):
        assert api.ask("GET", "/mgmt/quotas/beta", role=role).status_int == code

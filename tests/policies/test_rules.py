"""Every route has a rule that says so, and no rule is idle."""

import pytest

from dbaas.api.routes import ROUTES
from dbaas.api.routing import Route
from dbaas.policies import base, list_rules
from tests.api.table import PROJECT_ROUTES, name_of

RULES = {rule.name: rule for rule in list_rules()}
BASE = {rule.name for rule in base.RULES}


@pytest.mark.parametrize("route", PROJECT_ROUTES, ids=name_of)
def test_a_route_is_documented_with_its_rule(route: Route) -> None:
    operations = RULES[str(route.rule)].operations
    assert {"method": route.method, "path": route.path} in operations


@pytest.mark.parametrize("name", sorted(set(RULES) - BASE))
def test_a_rule_is_some_routes(name: str) -> None:
    used = {(route.method, route.path) for route in ROUTES if route.rule == name}
    documented = {(place["method"], place["path"]) for place in RULES[name].operations}
    assert used == documented


def test_only_the_versions_are_public() -> None:
    assert [route.path for route in ROUTES if route.rule is None] == ["/", "/v1.0"]

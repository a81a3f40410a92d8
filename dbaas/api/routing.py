"""What a route is, and finding the one of a request."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbaas.api import faults
from dbaas.api.call import Call

PREFIX = "/v1.0/{project_id}"
Handler = Callable[[Call], dict[str, Any] | None]


@dataclass(frozen=True)
class Route:
    """One line of the table of `dbaas.api.routes`.

    `rule` is None where no token is needed. `schema` is None where the body is not looked at.
    Routes of one method and path are told apart by `action`: the body's only key, or
    `key.key2` where there is a route for the only key inside its value.
    """

    method: str
    path: str
    handler: Handler
    rule: str | None
    status: int = 200
    schema: Mapping[str, Any] | None = None
    action: str | None = None

    @property
    def template(self) -> tuple[str, ...]:
        return segments(self.path)


def route(
    verb: str,
    path: str,
    handler: Handler,
    rule: str,
    status: int = 200,
    schema: Mapping[str, Any] | None = None,
) -> Route:
    """A route below the project."""
    return Route(verb, PREFIX + path, handler, rule, status, schema)


def action(
    path: str,
    name: str,
    handler: Handler,
    rule: str,
    schema: Mapping[str, Any] | None = None,
) -> Route:
    """One of several things that are POSTed to a path below the project."""
    return Route("POST", PREFIX + path, handler, rule, 202, schema, name)


def segments(path: str) -> tuple[str, ...]:
    """Doubled and trailing slashes do not matter."""
    return tuple(part for part in path.split("/") if part)


@dataclass(frozen=True)
class Match:
    """The routes a request may mean (more than one where the body decides)."""

    routes: Sequence[Route]
    path: dict[str, str]

    def choose(self, body: Any) -> Route:
        """Raises BadRequest unless the body names one of the actions."""
        if self.routes[0].action is None:
            return self.routes[0]
        actions = {route.action: route for route in self.routes}
        if not isinstance(body, dict) or len(body) != 1:
            raise faults.BadRequest("body: must be an object with one action")
        for name in _names(body):
            if name in actions:
                return actions[name]
        known = ", ".join(sorted(str(name) for name in actions))
        raise faults.BadRequest(f"body: unknown action, known are {known}")


def _names(body: dict[str, Any]) -> Iterable[str]:
    ((key, value),) = body.items()
    if isinstance(value, dict) and len(value) == 1:
        yield f"{key}.{next(iter(value))}"
    yield key


class Table:
    """Finds routes by method and path; fixed words win over names in templates."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._templates: dict[tuple[str, ...], dict[str, list[Route]]] = {}
        for route in routes:
            methods = self._templates.setdefault(route.template, {})
            methods.setdefault(route.method, []).append(route)
        self._sorted = sorted(self._templates, key=lambda words: [_is_name(w) for w in words])

    def match(self, method: str, path: Sequence[str]) -> Match:
        """Raises NotFound, NotAllowed."""
        for template in self._sorted:
            names = _fit(template, path)
            if names is None:
                continue
            methods = self._templates[template]
            if method not in methods:
                raise faults.NotAllowed(method, list(methods))
            return Match(methods[method], names)
        raise faults.NotFound("there is no such resource")


def _is_name(word: str) -> bool:
    return word.startswith("{")


def _fit(template: tuple[str, ...], path: Sequence[str]) -> dict[str, str] | None:
    if len(template) != len(path):
        return None
    names = {}
    for word, part in zip(template, path, strict=True):
        if _is_name(word):
            names[word[1:-1]] = part
        elif word != part:
            return None
    return names

"""Without Keystone."""

from collections.abc import Callable, Iterable
from typing import Any

import webob

from dbaas.api.no_identity import admit_all


def _echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    seen = {key: value for key, value in environ.items() if key.startswith("HTTP_X_")}
    answer: Iterable[bytes] = webob.Response(json=seen)(environ, start_response)
    return answer


def _get(path: str, **headers: str) -> Any:
    app: Callable[..., Any] = admit_all(_echo)
    return webob.Request.blank(path, headers=headers).get_response(app).json


def test_everybody_administers_the_project_of_the_url() -> None:
    seen = _get("/v1.0/demo/instances", **{"X-Roles": "none", "X-Project-Id": "other"})
    assert seen["HTTP_X_PROJECT_ID"] == "demo"
    assert "admin" in seen["HTTP_X_ROLES"].split(",")


def test_a_client_learns_which_project_a_name_means() -> None:
    assert _get("/v1.0/demo/projects/demo") == {"project": {"id": "demo", "name": "demo"}}

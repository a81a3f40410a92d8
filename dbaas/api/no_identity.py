"""`auth_strategy = none`: everybody is administrator of the project in the URL.

Clients that are told of no Keystone ask us what they would ask there; the one question that a
command of ours needs, which project a name means, is answered: the project of that name.
"""

from collections.abc import Iterable
from typing import Any

import webob

from dbaas.api.middleware import Application, Environ, path_of
from dbaas.api.routing import segments


def admit_all(app: Application) -> Application:
    def wrapped(environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = segments(path_of(environ))
        for key in [key for key in environ if key.startswith(("HTTP_X_", "HTTP_OPENSTACK_"))]:
            del environ[key]
        environ["HTTP_X_PROJECT_ID"] = path[1] if len(path) > 1 else ""
        environ["HTTP_X_USER_ID"] = "nobody"
        environ["HTTP_X_ROLES"] = "admin,member,reader"
        answer = _project(path) if environ["REQUEST_METHOD"] == "GET" else None
        return (answer or app)(environ, start_response)

    return wrapped


def _project(path: tuple[str, ...]) -> webob.Response | None:
    """The answer to GET /v1.0/{project}/projects/{name}."""
    if len(path) != 4 or path[2] != "projects":
        return None
    return webob.Response(json={"project": {"id": path[3], "name": path[3]}})

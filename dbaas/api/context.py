"""Who asks: made from what the auth middleware put into the WSGI environment."""

from typing import Any

from oslo_context.context import RequestContext

KEY = "dbaas.context"
REQUEST_ID = "openstack.request_id"


def attach(environ: dict[str, Any]) -> RequestContext:
    """Make the request's context; log lines of this thread carry it from here on."""
    roles = environ.get("HTTP_X_ROLES", "")
    made = RequestContext(
        user_id=environ.get("HTTP_X_USER_ID"),
        project_id=environ.get("HTTP_X_PROJECT_ID"),
        user_domain_id=environ.get("HTTP_X_USER_DOMAIN_ID"),
        project_domain_id=environ.get("HTTP_X_PROJECT_DOMAIN_ID"),
        system_scope=environ.get("HTTP_OPENSTACK_SYSTEM_SCOPE"),
        roles=[role.strip() for role in roles.split(",") if role.strip()],
        request_id=environ.get(REQUEST_ID),
    )
    environ[KEY] = made
    return made


def of(environ: dict[str, Any]) -> RequestContext:
    return environ[KEY] if KEY in environ else attach(environ)

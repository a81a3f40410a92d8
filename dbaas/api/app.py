"""The WSGI pipeline, in one place."""

import logging
from collections.abc import Callable
from typing import Any

import oslo_messaging
from oslo_config import cfg
from oslo_middleware import cors, healthcheck, http_proxy_to_wsgi, request_id, sizelimit

from dbaas.api import call, controller, faults, health, middleware, no_identity, policy
from dbaas.api.middleware import Application
from dbaas.api.routes import ROUTES
from dbaas.api.routing import Table, segments
from dbaas.db.database import Database
from dbaas.secrets import Vault

LOG = logging.getLogger(__name__)
Authenticate = Callable[[Application], Application]


def build_app(
    conf: cfg.ConfigOpts,
    database: Database,
    transport: oslo_messaging.Transport,
    vault: Vault,
    authenticate: Authenticate | None = None,
) -> Any:
    """The API as a WSGI callable.

    :param authenticate: what identifies callers, instead of `auth_strategy`'s middleware

    From the inside out: the application sees only requests that name their own project, which
    is known only after authentication. Faults are put into words outside of that, so that a
    refused token reads like any other refusal, and outside the size limit for the same reason.
    CORS must see those answers, too, or a browser hides them. Links and logs need the address
    and scheme that the caller used, so proxies' headers are read before. Every answer carries a
    request id, the healthcheck's as well, so that is outermost.
    """
    services = call.connect(conf, database, transport, vault, policy.enforcer(conf))
    app: Any = _identified(services, authenticate or _authenticate(conf))
    app = sizelimit.RequestBodySizeLimiter(app, conf)
    app = middleware.fault_wrapper(app)
    app = cors.CORS(app, conf)
    app = http_proxy_to_wsgi.HTTPProxyToWSGI(app, conf)
    look = health.with_database(database, healthcheck.Healthcheck(app, conf))
    app = middleware.fork({("healthcheck",)}, look, app)
    return request_id.RequestId(app, conf)


def _identified(services: call.Services, authenticate: Authenticate) -> Application:
    """The application, behind what tells who asks; only the versions are everybody's."""
    inner = controller.application(services, Table(ROUTES))
    public = {segments(route.path) for route in ROUTES if route.rule is None}
    return middleware.fork(public, inner, authenticate(middleware.own_project_only(inner)))


def _authenticate(conf: cfg.ConfigOpts) -> Authenticate:
    return no_identity.admit_all if conf.auth_strategy == "none" else _keystone(conf)


def _keystone(conf: cfg.ConfigOpts) -> Authenticate:
    # Slow to import, and not needed without Keystone.
    from keystoneauth1 import exceptions
    from keystonemiddleware import auth_token

    def authenticate(app: Application) -> Application:
        checked = auth_token.AuthProtocol(app, {"oslo_config_config": conf})

        def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
            try:
                return checked(environ, start_response)
            except exceptions.ClientException as error:
                LOG.error("Keystone cannot be asked: %s", error)
                raise faults.Unavailable("the identity service cannot be asked") from error

        return wrapped

    return authenticate

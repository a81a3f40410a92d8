"""Whether a broker lets us in. oslo.messaging itself would try for ever."""

import ssl
from typing import Any

import kombu
import oslo_messaging
from amqp import AMQPError
from oslo_config import cfg

_TIMEOUT = 5


class LoginFailed(Exception):
    """The text names the host, and says why; it holds no password."""


def check(conf: cfg.ConfigOpts, url: str) -> None:
    """Log in at each host of a `rabbit://` URL. Raises LoginFailed for the first that fails."""
    parsed = oslo_messaging.TransportURL.parse(conf, url)
    for host in parsed.hosts:
        _log_in(conf, host, parsed.virtual_host or "/")


def _log_in(conf: cfg.ConfigOpts, host: Any, virtual_host: str) -> None:
    connection = kombu.Connection(
        hostname=host.hostname,
        port=host.port or 5672,
        userid=host.username,
        password=host.password,
        virtual_host=virtual_host,
        transport="pyamqp",
        connect_timeout=_TIMEOUT,
        ssl=_tls(conf),
    )
    where = f"the broker at {host.hostname}:{host.port or 5672}"
    try:
        with connection:
            connection.connect()
    except AMQPError as error:
        raise LoginFailed(
            f"{where} refuses the account {host.username} in the virtual host {virtual_host}: "
            f"{getattr(error, 'reply_text', None) or type(error).__name__}"
        ) from error
    except OSError as error:
        raise LoginFailed(f"{where} does not answer: {error.strerror or error}") from error


def _tls(conf: cfg.ConfigOpts) -> dict[str, Any] | bool:
    group = conf.oslo_messaging_rabbit
    if not group.ssl:
        return False
    if not group.ssl_ca_file:
        return {"cert_reqs": ssl.CERT_NONE}
    return {"ca_certs": group.ssl_ca_file, "cert_reqs": ssl.CERT_REQUIRED}

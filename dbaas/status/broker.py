"""RabbitMQ, as the control plane and as guests reach it."""

import oslo_messaging
from oslo_config import cfg
from oslo_upgradecheck.upgradecheck import Result

from dbaas.rpc import login
from dbaas.status import Subject, failure, ok, warning


def control_plane(subject: Subject) -> Result:
    return _log_in(subject.conf, "transport_url")


def guests(subject: Subject) -> Result:
    """From here; whether the management network leads there is another check."""
    if not subject.conf.guest_transport_url:
        return warning(
            "guest_transport_url is not set: guests use the control plane's account of "
            "transport_url, so run it only where all guests are trusted"
        )
    return _log_in(subject.conf, "guest_transport_url")


def _log_in(conf: cfg.ConfigOpts, option: str) -> Result:
    url = getattr(conf, option)
    hosts = oslo_messaging.TransportURL.parse(conf, url).hosts
    if not hosts:
        return failure(f"{option} is not set")
    try:
        login.check(conf, url)
    except login.LoginFailed as error:
        return failure(f"{option}: {error}")
    return ok(", ".join(str(host.hostname) for host in hosts))

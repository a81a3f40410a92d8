"""Accounts at RabbitMQ: one for the control plane, and one for all guests.

With the address of RabbitMQ's management API we make both, in a virtual host of our own; without
it the `transport_url` that the operator gives is used as it is.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import oslo_messaging
import requests
from oslo_config import cfg

from dbaas.bootstrap import BROKER_ADMIN_URL, BootstrapError
from dbaas.bootstrap.report import Report
from dbaas.bootstrap.settings import Settings
from dbaas.rpc import login
from dbaas.secrets import generate_password

VHOST = "dbaas"
ACCOUNT = "dbaas"
GUESTS = "dbaas-guest"
_ALL = {"configure": ".*", "write": ".*", "read": ".*"}
_POLICY = "dbaas-guests"
_OLD_QUEUES = {
    "pattern": r"^guestagent\.",
    "definition": {"expires": 24 * 3600 * 1000},
    "apply-to": "queues",
}
_TIMEOUT = 30
_PORT = 5672
Address = tuple[str, int]


def guest_permissions(exchange: str) -> dict[str, str]:
    """As little as oslo.messaging works with: an agent serves `guestagent.*`, reports through the
    exchange, and answers calls through the default exchange to a queue that only callers read."""
    own = f"{re.escape(exchange)}|guestagent\\..*"
    return {
        "configure": f"^({own})$",
        "write": f"^({own}|amq\\.default)$",
        "read": f"^({own})$",
    }


def ensure_accounts(
    report: Report,
    conf: cfg.ConfigOpts,
    settings: Settings,
    admin_url: str | None,
    addresses: Sequence[Address],
) -> None:
    """Both URLs in the settings, and the accounts that they name at the broker.

    :param admin_url: http://USER:PASSWORD@HOST:15672 of the management API
    :param addresses: where guests reach the broker; none: where the control plane does
    """
    if not admin_url:
        _use_given(report, conf, settings, addresses)
        return
    api = ManagementApi(admin_url)
    addresses = addresses or [(api.host, _PORT)]
    report.ensure(
        "virtual host", VHOST, api.get("vhosts", VHOST), lambda: api.put({}, "vhosts", VHOST)
    )
    _ensure_policy(report, api)
    for option, account, permissions in (
        ("transport_url", ACCOUNT, _ALL),
        ("guest_transport_url", GUESTS, guest_permissions(conf.control_exchange)),
    ):
        if not settings.is_ours("DEFAULT", option):
            report.found("broker account", option, "the operator's own")
            continue
        password = _password(conf, settings.get("DEFAULT", option), account)
        settings.put("DEFAULT", **{option: _url(account, password, addresses)})
        _ensure_account(report, api, account, password, permissions)


def _use_given(
    report: Report, conf: cfg.ConfigOpts, settings: Settings, addresses: Sequence[Address]
) -> None:
    url = _parsed(conf, conf.transport_url)
    if not url or not url.hosts:  # oslo.messaging's default names no host
        raise BootstrapError(
            "no broker: set transport_url in dbaas.conf (or OS_DEFAULT__TRANSPORT_URL), or set "
            f"{BROKER_ADMIN_URL} to http://USER:PASSWORD@HOST:15672 to have accounts made"
        )
    settings.put("DEFAULT", transport_url=conf.transport_url)
    report.found("broker", _hosts(url))
    if addresses and settings.is_ours("DEFAULT", "guest_transport_url"):
        url.hosts = [
            oslo_messaging.TransportHost(host, port, url.hosts[0].username, url.hosts[0].password)
            for host, port in addresses
        ]
        settings.put("DEFAULT", guest_transport_url=str(url))
    report.skipped(
        "guests' account",
        GUESTS,
        "guests use an account that was given"
        if settings.get("DEFAULT", "guest_transport_url") and not addresses
        else f"guests use the control plane's; set {BROKER_ADMIN_URL} to have one made",
    )


def check_login(report: Report, conf: cfg.ConfigOpts, settings: Settings) -> None:
    """Log in as the control plane. Raises BootstrapError."""
    if report.dry_run:
        return
    url = settings.get("DEFAULT", "transport_url") or conf.transport_url
    try:
        login.check(conf, url)
    except login.LoginFailed as error:
        raise BootstrapError(f"transport_url: {error}") from error


def addresses_for_guests(conf: cfg.ConfigOpts, settings: Settings) -> list[Address]:
    """Hosts, as they are named, and ports of the URL that guests get."""
    url = _parsed(
        conf,
        settings.get("DEFAULT", "guest_transport_url")
        or settings.get("DEFAULT", "transport_url")
        or conf.transport_url,
    )
    return [(host.hostname, host.port or _PORT) for host in url.hosts] if url else []


def _parsed(conf: cfg.ConfigOpts, url: str | None) -> Any:
    if not url:
        return None
    return oslo_messaging.TransportURL.parse(conf, url)


def _password(conf: cfg.ConfigOpts, url: str | None, account: str) -> str:
    """The account's in the URL, or a new one where that is of another account."""
    parsed = _parsed(conf, url)
    for host in parsed.hosts if parsed else ():
        if host.username == account:
            return str(host.password)
    return generate_password()


def _hosts(url: Any) -> str:
    return ", ".join(f"{host.hostname}:{host.port or _PORT}" for host in url.hosts)


def _url(account: str, password: str, addresses: Sequence[Address]) -> str:
    hosts = ",".join(f"{account}:{password}@{host}:{port}" for host, port in addresses)
    return f"rabbit://{hosts}/{VHOST}"


class ManagementApi:
    """RabbitMQ's management API. Every call raises BootstrapError where it fails."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BootstrapError(f"{BROKER_ADMIN_URL} must be http://USER:PASSWORD@HOST:15672")
        if parts.username in (ACCOUNT, GUESTS):
            raise BootstrapError(
                f"{BROKER_ADMIN_URL}: {parts.username} is to be the service's own"
            )
        self.host = parts.hostname
        self._shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._session = requests.Session()
        self._session.auth = (parts.username or "guest", parts.password or "guest")

    def get(self, *path: str) -> Any:
        """None where there is no such thing."""
        answer = self._ask("GET", path)
        return None if answer.status_code == 404 else answer.json()

    def put(self, body: dict[str, Any], *path: str) -> bool:
        self._ask("PUT", path, body)
        return True

    def _ask(
        self, method: str, path: Sequence[str], body: dict[str, Any] | None = None
    ) -> requests.Response:
        url = "/".join([self._shown, "api", *(quote(part, safe="") for part in path)])
        try:
            answer = self._session.request(method, url, json=body, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise BootstrapError(
                f"{BROKER_ADMIN_URL}: RabbitMQ's management API at {self._shown} does not answer "
                f"({type(error).__name__}); is the plugin rabbitmq_management on?"
            ) from error
        if answer.status_code == 401:
            raise BootstrapError(
                f"{BROKER_ADMIN_URL}: {self._shown} refuses the account, or it is no administrator"
            )
        if answer.status_code >= 400 and answer.status_code != 404:
            raise BootstrapError(
                f"{BROKER_ADMIN_URL}: {method} {url}: {answer.status_code} {answer.text}"
            )
        return answer


def _ensure_policy(report: Report, api: ManagementApi) -> None:
    """What deleted guests leave in the broker goes by itself."""
    path = ("policies", VHOST, _POLICY)
    found = api.get(*path)
    note = "queues of guests that are gone end after a day"
    report.ensure("broker policy", _POLICY, found, lambda: api.put(_OLD_QUEUES, *path), note)


def _ensure_account(
    report: Report, api: ManagementApi, name: str, password: str, permissions: dict[str, str]
) -> None:
    account = {"password": password, "tags": ""}
    found = api.get("users", name)
    if found and not _has_password(found, password):
        report.change(
            "broker account", name, lambda: api.put(account, "users", name), "new password"
        )
    else:
        report.ensure("broker account", name, found, lambda: api.put(account, "users", name))
    has = api.get("permissions", VHOST, name)
    right = has and {key: has[key] for key in permissions} == permissions
    if has and not right:
        report.change(
            "permissions", name, lambda: api.put(permissions, "permissions", VHOST, name)
        )
    else:
        report.ensure(
            "permissions", name, right, lambda: api.put(permissions, "permissions", VHOST, name)
        )


def _has_password(account: dict[str, Any], password: str) -> bool:
    """RabbitMQ shows a salt of 4 bytes and a hash of it with the password."""
    stored = base64.b64decode(account["password_hash"])
    salt, digest = stored[:4], stored[4:]
    name = account["hashing_algorithm"].removeprefix("rabbit_password_hashing_")
    return hashlib.new(name, salt + password.encode()).digest() == digest

"""Accounts at a real RabbitMQ."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import kombu
import oslo_messaging
import pytest
from amqp.exceptions import AccessRefused
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.bootstrap import BROKER_ADMIN_URL, BootstrapError, broker
from dbaas.bootstrap.settings import Settings
from dbaas.rpc import guest, login, transport
from dbaas.rpc import taskmanager as rpc_taskmanager
from tests.bootstrap.conftest import Killed, Told

MakeSettings = Callable[..., Settings]


def _variable(name: str) -> str:
    if value := os.environ.get(name):
        return value
    pytest.fail(f"{name} is not set: run the tests with script/test", pytrace=False)


@pytest.fixture
def admin_url(name: str) -> Iterator[str]:
    """Of the management API; what was made is removed at the end."""
    url = _variable("DBAAS_TEST_RABBIT_ADMIN_URL")
    yield url
    api = broker.ManagementApi(url)
    api._ask("DELETE", ["vhosts", name])
    for account in (broker.ACCOUNT, broker.GUESTS):
        api._ask("DELETE", ["users", account])


@pytest.fixture
def addresses() -> list[broker.Address]:
    parts = urlsplit(_variable("DBAAS_TEST_RABBIT_URL"))
    assert parts.hostname
    assert parts.port
    return [(parts.hostname, parts.port)]


@pytest.fixture
def run(
    admin_url: str, addresses: list[broker.Address], settings: MakeSettings
) -> Callable[..., Told]:
    def run(limit: int | None = None, dry_run: bool = False) -> Told:
        told = Told(limit, dry_run)
        conf = _conf(settings())
        broker.ensure_accounts(told.report, conf, settings(dry_run), admin_url, addresses)
        return told

    return run


def _conf(settings: Settings, **options: Any) -> cfg.ConfigOpts:
    conf = dbaas_conf.load(args=["--config-dir", str(settings.folder)], files=[])
    for option, value in options.items():
        conf.set_override(option, value)
    return conf


def _urls(settings: Settings) -> tuple[str, str]:
    found = [settings.get("DEFAULT", f"{prefix}transport_url") for prefix in ("", "guest_")]
    assert all(found)
    return str(found[0]), str(found[1])


def test_accounts_are_made_once(run: Callable[..., Told], settings: MakeSettings) -> None:
    assert run(dry_run=True).states == {"would make"}
    assert run().states == {"made"}
    urls = _urls(settings())
    for url in urls:
        login.check(_conf(settings()), url)

    assert run().states == {"found"}
    assert _urls(settings()) == urls


def test_a_run_that_was_killed_is_completed(
    run: Callable[..., Told], settings: MakeSettings
) -> None:
    for limit in range(1, 6):
        with pytest.raises(Killed):
            run(limit)
    run()
    for url in _urls(settings()):
        login.check(_conf(settings()), url)
    assert run().states == {"found"}


def test_what_somebody_changed_is_put_right(
    run: Callable[..., Told], settings: MakeSettings, admin_url: str, name: str
) -> None:
    run()
    api = broker.ManagementApi(admin_url)
    api.put({"password": "another", "tags": ""}, "users", name)
    api.put({"configure": "", "write": "", "read": ""}, "permissions", name, broker.GUESTS)
    with pytest.raises(login.LoginFailed, match=f"refuses the account {name}"):
        login.check(_conf(settings()), _urls(settings())[0])

    told = run()
    assert [line.what for line in told.lines if line.state == "changed"] == [
        "broker account",
        "permissions",
    ]
    login.check(_conf(settings()), _urls(settings())[0])
    assert run().states == {"found"}


class _Agent:
    def greet(self, context: Any, whom: str) -> dict[str, str]:
        return {"ok": f"hello {whom}"}


class _TaskManager:
    def __init__(self) -> None:
        self.reported = threading.Event()

    def report(self, context: Any, node_id: str, report: dict[str, Any]) -> None:
        self.reported.set()


def test_guests_can_do_their_work(run: Callable[..., Told], settings: MakeSettings) -> None:
    run()
    control_url, guest_url = _urls(settings())
    control = transport.connect(_conf(settings(), transport_url=control_url))
    guests = transport.connect(_conf(settings(), transport_url=guest_url))
    manager = _TaskManager()
    target = oslo_messaging.Target(topic=rpc_taskmanager.TOPIC, server="here", version="1.0")
    servers = [
        transport.serve(control, target, manager),
        transport.serve(guests, guest.target("node-1"), _Agent()),
    ]
    try:
        assert guest.GuestClient(control, 15).call("node-1", "greet", whom="you") == "hello you"
        rpc_taskmanager.TaskManagerClient(guests).report("node-1", {})
        assert manager.reported.wait(15)
    finally:
        for server in servers:
            server.stop()
            server.wait()
        control.cleanup()
        guests.cleanup()


def test_guests_can_do_nothing_else(run: Callable[..., Told], settings: MakeSettings) -> None:
    run()
    _, guest_url = _urls(settings())
    with closing(kombu.Connection(guest_url.replace("rabbit://", "amqp://", 1))) as connection:
        for forbidden in (
            lambda channel: channel.queue_declare("taskmanager"),
            lambda channel: channel.queue_declare("reply_0123456789abcdef"),
            lambda channel: channel.basic_get("taskmanager"),
            lambda channel: channel.exchange_declare("other", "topic"),
            lambda channel: channel.queue_bind("guestagent.1", "amq.fanout"),
        ):
            with pytest.raises(AccessRefused):
                forbidden(connection.channel())  # type: ignore[no-untyped-call]


def test_a_given_account_is_used(
    name: str, addresses: list[broker.Address], settings: MakeSettings
) -> None:
    url = _variable("DBAAS_TEST_RABBIT_URL")
    conf = _conf(settings(), transport_url=url)
    told = Told()
    broker.ensure_accounts(told.report, conf, settings(), None, [("192.0.2.1", 5671)])
    broker.check_login(told.report, conf, settings())

    assert [str(line.state) for line in told.lines] == ["found", "skipped"]
    assert BROKER_ADMIN_URL in told.lines[1].note
    control, guests = _urls(settings())
    assert control == url
    host = urlsplit(url)
    assert guests == f"rabbit://{host.username}:{host.password}@192.0.2.1:5671/"


def test_the_password_of_a_given_account_is_not_used_for_ours(
    run: Callable[..., Told], settings: MakeSettings
) -> None:
    settings().put("DEFAULT", transport_url="rabbit://openstack:everybodys@127.0.0.1:5672/")
    run()
    assert "everybodys" not in settings().path.read_text()


def test_errors_name_what_settles_them(
    name: str, admin_url: str, settings: MakeSettings, conf: cfg.ConfigOpts
) -> None:
    def run(url: str | None) -> None:
        broker.ensure_accounts(Told().report, conf, settings(), url, [])

    parts = urlsplit(admin_url)
    where = f"{parts.hostname}:{parts.port}"
    for unset in ("rabbit://", "fake://"):
        conf.set_override("transport_url", unset)
        with pytest.raises(BootstrapError, match="no broker: set transport_url"):
            run(None)
    with pytest.raises(BootstrapError, match=r"must be http://USER:PASSWORD@HOST:15672"):
        run(where)
    with pytest.raises(BootstrapError, match="refuses the account") as refused:
        run(f"http://nobody:secret@{where}")
    assert "secret" not in str(refused.value)
    with pytest.raises(BootstrapError, match="is the plugin rabbitmq_management on") as closed:
        run("http://nobody:secret@127.0.0.1:1")
    assert "secret" not in str(closed.value)
    with pytest.raises(BootstrapError, match="is to be the service's own"):
        run(f"http://{name}:secret@{where}")


def test_a_login_that_fails_names_the_broker(conf: cfg.ConfigOpts) -> None:
    with pytest.raises(login.LoginFailed, match=r"127.0.0.1:1 does not answer") as failed:
        login.check(conf, "rabbit://somebody:secret@127.0.0.1:1/")
    assert "secret" not in str(failed.value)

"""The whole set-up in a real cloud."""

import ipaddress
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openstack.connection import Connection
from oslo_config import cfg
from oslo_upgradecheck.upgradecheck import Code

from dbaas import conf as dbaas_conf
from dbaas.bootstrap import BootstrapError
from dbaas.bootstrap.datastore import Version
from dbaas.bootstrap.run import Wish, bootstrap
from dbaas.bootstrap.settings import Settings
from dbaas.status import Finding, Subject, look
from dbaas.status.checks import CHECKS
from tests.bootstrap import lab
from tests.bootstrap.conftest import Killed, Told
from tests.cmd.test_manage import run as run_command

pytestmark = lab.needed

MakeSettings = Callable[..., Settings]
BROKER = "192.0.2.10"
"""Where guests would reach it; nobody has the address."""


class Impatient(Told):
    """Kills the run once it has made one thing."""

    def _show(self, line: object) -> None:
        self.lines.append(line)  # type: ignore[arg-type]
        if self.changes:
            raise Killed


@pytest.fixture
def cloud(name: str) -> Iterator[Connection]:
    cloud = lab.connect()
    yield cloud
    lab.remove(cloud, name)
    left = lab.remains(cloud, name)
    assert not any(left.values()), left


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "guest.qcow2"
    file.write_bytes(struct.pack(">4sI16xQ", b"QFI\xfb", 3, 3 * 1024**3) + os.urandom(65536))
    return file


@pytest.fixture
def wish(name: str, image: Path) -> Wish:
    return Wish(
        project=name,
        broker_addresses=[(BROKER, 5671)],
        image=image,
        datastore=name,
        version=Version(name, "8.4", "8.4.3"),
    )


@pytest.fixture
def run(
    cloud: Connection, settings: MakeSettings, tmp_path: Path
) -> Callable[[Told, Wish], set[str]]:
    def run(told: Told, wish: Wish) -> set[str]:
        made = settings(told.report.dry_run)
        conf = _conf(made)
        if not made.get("DEFAULT", "transport_url"):
            conf.set_override("transport_url", os.environ["DBAAS_TEST_RABBIT_URL"])
        if not made.get("database", "connection"):
            conf.set_override("connection", f"sqlite:///{tmp_path}/dbaas.sqlite", "database")
        bootstrap(told.report, cloud, conf, made, wish)
        return told.states

    return run


def _conf(settings: Settings) -> cfg.ConfigOpts:
    return dbaas_conf.load(args=["--config-dir", str(settings.folder)], files=[])


def _looked(settings: Settings) -> dict[str, Finding]:
    return {found.check: found for found in look(Subject(_conf(settings)), CHECKS)}


def test_killed_after_each_thing_it_is_completed_and_then_finds_all(
    run: Callable[[Told, Wish], set[str]],
    cloud: Connection,
    settings: MakeSettings,
    name: str,
    wish: Wish,
    image: Path,
) -> None:
    assert run(Told(dry_run=True), wish) == {"would make", "found", "skipped"}
    assert not any(lab.remains(cloud, name).values())
    assert list(settings().folder.iterdir()) == []

    runs = 0
    while True:
        try:
            run(Impatient(), wish)
        except Killed:
            runs += 1
        else:
            break
    assert runs > 20
    counts = lab.remains(cloud, name)
    files = {path.name: path.read_bytes() for path in settings().folder.iterdir()}
    assert counts == {
        "projects": 1,
        "networks": 1,
        "subnets": 1,
        "routers": 1,
        "security_groups": 2,  # Neutron makes one for each project
        "security_group_rules": counts["security_group_rules"],
        "users": 1,
        "services": 1,
        "endpoints": 3,
        "images": 1,
    }

    again = Told()
    run(again, wish)
    assert again.changes == []
    assert lab.remains(cloud, name) == counts
    assert {path.name: path.read_bytes() for path in settings().folder.iterdir()} == files

    _is_closed(cloud, _conf(settings()).management_security_groups[0])
    _looks_right(_looked(settings()))
    _names_what_is_broken(cloud, settings)

    image.write_bytes(image.read_bytes() + b"newer")
    repaired = Told()
    run(repaired, wish)
    assert [line.what for line in repaired.changes] == ["host routes", "image"]
    assert lab.remains(cloud, name)["images"] == 2


def _is_closed(cloud: Connection, group_id: str) -> None:
    rules = cloud.network.security_group_rules(security_group_id=group_id, direction="egress")
    out = [(rule.protocol, rule.port_range_max, rule.remote_ip_prefix) for rule in rules]
    assert out == [("tcp", 5671, f"{BROKER}/32")]


def _looks_right(found: dict[str, Finding]) -> None:
    bad = {name: each for name, each in found.items() if each.code != Code.SUCCESS}
    # Nobody answers at that address, and the catalog has the test's own type of service.
    assert set(bad) <= {"broker for guests", "catalog"}, bad
    assert BROKER in bad["broker for guests"].details


def _names_what_is_broken(cloud: Connection, settings: MakeSettings) -> None:
    conf = _conf(settings())
    network = cloud.network.get_network(conf.management_networks[0])
    cloud.network.update_subnet(network.subnet_ids[0], host_routes=[])
    user = cloud.identity.find_user(settings().get("service_credentials", "username"))
    cloud.identity.update_user(user, password="another")
    conf.set_override("nova_keypair", "missing")
    without_login = _looked(settings())
    assert without_login["login at Keystone"].code == Code.FAILURE
    assert without_login["database"].code == Code.SUCCESS

    cloud.identity.update_user(user, password=settings().get("service_credentials", "password"))
    found = {each.check: each for each in look(Subject(conf), CHECKS)}
    assert found["management network"].code == Code.FAILURE
    assert f"no host route leads to {BROKER}" in found["management network"].details
    assert found["keypair"].details == "nova_keypair: the service's user has no keypair missing"
    assert found["quota of Nova"].code == Code.SUCCESS


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"external_network": "missing"}, "name one by --external-network"),
        ({"management_network": "missing"}, "--management-network: there is no network missing"),
        ({"broker_addresses": [("127.0.0.1", 5672)]}, "by --broker-address"),
        ({"broker_addresses": [("no.such.host.invalid", 5672)]}, "has no IPv4 address"),
    ],
)
def test_errors_name_the_option(
    run: Callable[[Told, Wish], set[str]], wish: Wish, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(BootstrapError, match=words):
        run(Told(dry_run=True), replace(wish, **changed))  # type: ignore[arg-type]


def test_addresses_that_are_taken(
    run: Callable[[Told, Wish], set[str]], cloud: Connection, wish: Wish
) -> None:
    taken = next(cloud.network.subnets(ip_version=4))
    wanted = ipaddress.IPv4Network(taken.cidr)
    with pytest.raises(BootstrapError, match="choose addresses by --management-cidr"):
        run(Told(dry_run=True), replace(wish, management_cidr=wanted))


def test_a_wrong_password_of_the_administrator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OS_PASSWORD", "wrong")
    ended = run_command("manage", "bootstrap", "--dry-run", "--config-dir", str(tmp_path))
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("dbaas-manage: Keystone: The request you have made requires auth")

"""Trove's configuration file serves here, and what of it does not is told."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from keystoneauth1 import loading
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.conf.trove import Fate, Option, options, without_effect
from dbaas.db.database import Database
from tests.cmd.test_manage import run

ROOT = Path(__file__).parents[1]
FILE = Path(__file__).with_name("trove.conf")
DEFAULT = "DEFAULT"
LIBRARIES = ("database", "oslo_messaging_rabbit")
"""Groups with options that the library has, but that we do not use, or that it has lost."""


@pytest.fixture(scope="module")
def all_options() -> set[tuple[str, str]]:
    """(group, name) of all that we read, oslo's and keystoneauth's included."""
    conf = dbaas_conf.new_conf()
    for group, own in dbaas_conf.list_opts():
        conf.register_opts(own, None if group == DEFAULT else group)
    groups = {group: list(getattr(conf, group)) for group in conf._groups}
    groups[DEFAULT] = [name for name in conf if name not in groups]
    return {(group, name) for group, names in groups.items() for name in names}


NAMED = [option for option in options() if option.name != "*"]


def _id(option: Option) -> str:
    return f"{option.group}.{option.name}"


@pytest.mark.parametrize("option", [o for o in NAMED if o.fate == Fate.SAME], ids=_id)
def test_what_is_the_same_is_an_option(option: Option, all_options: Any) -> None:
    assert (option.group, option.name) in all_options


@pytest.mark.parametrize(
    "option", [o for o in NAMED if o.fate != Fate.SAME and o.group not in LIBRARIES], ids=_id
)
def test_what_is_not_the_same_is_no_option(option: Option, all_options: Any) -> None:
    assert (option.group, option.name) not in all_options


@pytest.mark.parametrize(
    "option", [o for o in NAMED if o.fate in (Fate.ELSEWHERE, Fate.RENAMED)], ids=_id
)
def test_what_has_another_place_has_one(option: Option, all_options: Any) -> None:
    found = re.match(r"\[(\w+)\] (\w+)", option.text)
    assert found is not None
    assert found.groups() in all_options


def test_no_option_has_two_fates() -> None:
    keys = [(option.group, option.name) for option in options()]
    assert len(keys) == len(set(keys)) > 300


def test_the_document_says_the_same() -> None:
    document = runpy.run_path(str(ROOT / "script" / "lib" / "trove_options.py"))["document"]
    assert (ROOT / "doc" / "trove-options.md").read_text() == document()


@pytest.fixture(scope="module")
def kollas() -> cfg.ConfigOpts:
    return dbaas_conf.load(["--config-file", str(FILE)])


def test_values_of_kollas_file_arrive(kollas: Any) -> None:
    assert kollas.bind_host == "10.0.0.1"
    assert kollas.transport_url.startswith("rabbit://openstack:")
    assert kollas.control_exchange == "trove"
    assert kollas.management_networks == ["0a2a3f0c-0000-4000-8000-000000000001"]
    assert kollas.management_security_groups == ["0a2a3f0c-0000-4000-8000-000000000002"]
    assert kollas.nova_keypair == "trove-key"
    assert kollas.cinder_volume_type == "ceph"
    assert kollas.reserved_network_cidrs == ["10.0.0.0/24", "10.1.0.0/16"]
    assert kollas.max_accepted_volume_size == 500
    assert kollas.max_instances_per_tenant == 7
    assert kollas.instances_page_size == 50
    assert kollas.usage_timeout == 2400
    assert kollas.agent_heartbeat_expiry == 120
    assert kollas.default_datastore == "mysql"
    assert kollas.network.public_network_id == "0a2a3f0c-0000-4000-8000-000000000003"
    assert kollas.network.enable_access_check is False
    assert kollas.oslo_messaging_rabbit.rabbit_quorum_queue is True
    assert kollas.oslo_messaging_rabbit.amqp_durable_queues is True
    for service in ("nova", "neutron", "glance", "cinder"):
        assert getattr(kollas, service).valid_interfaces == ["internalURL"]


def test_its_account_is_used(kollas: Any) -> None:
    account = loading.load_auth_from_conf_options(kollas, "service_credentials")
    assert account.auth_url == "http://10.0.0.1:5000/v3"
    group = kollas.service_credentials
    assert (group.username, group.project_name, group.region_name) == (
        "trove",
        "service",
        "RegionTwo",
    )


def test_its_pool_is_made(kollas: Any) -> None:
    pool: Any = Database.from_conf(kollas).engine.pool
    assert (pool.size(), pool._recycle) == (1, 10)


def test_guests_are_told_what_concerns_them(kollas: Any, tmp_path: Path) -> None:
    told = dbaas_conf.instances.for_guests(kollas)
    file = tmp_path / "guest.conf"
    file.write_text("[guest]\n" + "".join(f"{key} = {value}\n" for key, value in told.items()))
    guest = dbaas_conf.load(files=[str(file)]).guest
    assert (guest.report_interval, guest.root_grant, guest.root_grant_option) == (
        20,
        ["ALL"],
        True,
    )


def test_what_it_sets_in_vain_is_told(kollas: Any) -> None:
    told = {sentence.split(" ", 2)[1]: sentence for sentence in without_effect(kollas)}
    assert told["trove_api_workers"].startswith("[DEFAULT] trove_api_workers has no effect. ")
    assert told["storage_strategy"] == (
        "[DEFAULT] storage_strategy has no effect yet. Comes with backups."
    )
    assert told["volume_support"] == "[mysql] volume_support is now [DEFAULT] volume_support"
    assert set(told) == {
        *("host", "trove_api_workers", "swift_endpoint_type", "trove_endpoint_type"),
        *("network_driver", "network_label_regex", "http_get_rate", "module_aes_cbc_key"),
        *("storage_strategy", "network_isolation", "max_retries", "transport_url", "driver"),
        *("heartbeat_in_pthread", "lock_path", "docker_image"),
        *("backup_docker_image", "volume_support"),
    }
    assert "password" not in "".join(told.values())


def test_a_folder_of_files_is_looked_through(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("[DEFAULT]\nhttp_put_rate = 1\n")
    conf = dbaas_conf.load(["--config-dir", str(tmp_path)], files=[])
    assert [sentence.split()[1] for sentence in without_effect(conf)] == ["http_put_rate"]


def test_the_check_before_an_upgrade_tells_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/dbaas.sqlite"
    file = tmp_path / "trove.conf"
    file.write_text(re.sub("connection = .*", f"connection = {database}", FILE.read_text()))
    check = run("status", "--config-file", str(file), "upgrade", "check")
    words = " ".join(check.stdout.replace("|", " ").split())
    assert "Options of Trove Result: Warning" in words
    assert "[DEFAULT] http_get_rate has no effect." in words

"""What a guest is told at its first boot."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.drivers import CloudFlavor, Image, Port, ServerSpec, Volume
from dbaas.drivers.openstack.user_data import as_ini, user_data

VOLUME_ID = "81cf3a1e-8ec2-4978-ab6f-d74f08e55d66"
NASTY = "rabbit://me:%41$p;a#b\"c'd@broker:5671//x"


def _spec(**others: Any) -> ServerSpec:
    given: dict[str, Any] = {
        "name": "dbaas-1",
        "display_name": "my_db",
        "project_id": "tenant",
        "flavor": CloudFlavor("1", "small", ram=512, vcpus=1, disk=1),
        "image": Image("image", "guest", "mysql"),
        "port": Port("port", "10.0.0.7"),
        "volume": Volume(VOLUME_ID, ready=True),
        "guest": {"node_id": "node-1", "datastore": "mysql"},
    }
    return ServerSpec(**{**given, **others})


def _file(conf: cfg.ConfigOpts, **others: Any) -> dict[str, str]:
    text = user_data(conf, _spec(**others))
    assert text.startswith("#cloud-config\n")
    (file,) = yaml.safe_load(text)["write_files"]
    return dict(file)


def _as_read(tmp_path: Path, text: str) -> cfg.ConfigOpts:
    file = tmp_path / "guest.conf"
    file.write_text(text)
    return dbaas_conf.load(files=[str(file)])


@pytest.fixture
def conf() -> cfg.ConfigOpts:
    return dbaas_conf.load(files=[])


def test_only_root_can_read_the_file(conf: cfg.ConfigOpts) -> None:
    file = _file(conf)
    assert (file["path"], file["owner"], file["permissions"]) == (
        "/etc/dbaas/guest.conf",
        "root:root",
        "0600",
    )


def test_agent_reads_what_was_meant(conf: cfg.ConfigOpts, tmp_path: Path) -> None:
    conf.set_override("guest_transport_url", NASTY.replace("$", "$$"))
    conf.set_override("control_exchange", "trove")
    conf.set_override("root_grant", ["SELECT", "INSERT"])
    guest = _as_read(tmp_path, _file(conf)["content"])
    assert guest.transport_url == NASTY
    assert guest.control_exchange == "trove"
    assert (guest.guest.node_id, guest.guest.datastore) == ("node-1", "mysql")
    assert guest.guest.repository == "mysql"
    assert guest.guest.publish_address == "10.0.0.7"
    assert guest.guest.root_grant == ["SELECT", "INSERT"]


def test_broker_is_the_control_planes_where_guests_have_no_other(conf: cfg.ConfigOpts) -> None:
    conf.set_override("transport_url", "rabbit://broker")
    assert "rabbit://broker" in _file(conf)["content"]


def test_queues_are_declared_alike(conf: cfg.ConfigOpts, tmp_path: Path) -> None:
    group = "oslo_messaging_rabbit"
    conf.set_override("rabbit_quorum_queue", True, group=group)
    conf.set_override("heartbeat_rate", 7, group=group)
    text = _file(conf)["content"]
    guest = _as_read(tmp_path, text)
    assert guest.oslo_messaging_rabbit.rabbit_quorum_queue is True
    assert guest.oslo_messaging_rabbit.heartbeat_rate == 7
    assert "kombu" not in text  # what is not set stays the guest's own


@pytest.mark.parametrize(
    ("volume", "device"),
    [
        (Volume(VOLUME_ID, ready=True), "/dev/disk/by-id/virtio-81cf3a1e-8ec2-4978-a"),
        (Volume(None, ready=True), "/dev/vdb"),
    ],
)
def test_device_of_the_data(conf: cfg.ConfigOpts, volume: Volume, device: str) -> None:
    assert f'device = "{device}"' in _file(conf, volume=volume)["content"]


def test_value_of_several_lines_brings_no_options_of_its_own(tmp_path: Path) -> None:
    value = "one\n[guest]\nnode_id = mine"
    guest = _as_read(tmp_path, as_ini({"guest": {"datastore": value}}))
    assert guest.guest.datastore == value
    assert guest.guest.node_id is None


@pytest.mark.parametrize("value", ["one\n\ntwo", "one\n two", "one\n"])
def test_what_the_format_can_not_say_is_not_said(value: str) -> None:
    with pytest.raises(ValueError, match="several lines"):
        as_ini({"guest": {"datastore": value}})

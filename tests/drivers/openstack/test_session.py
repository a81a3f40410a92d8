"""The account, and how services are reached."""

from collections.abc import Callable
from functools import partial

import pytest
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, NotInCloud
from dbaas.drivers.openstack import connect
from dbaas.drivers.openstack.volumes import CinderVolumes, EphemeralVolumes
from tests.drivers.openstack.conftest import Driver
from tests.drivers.openstack.lab import Lab

NOWHERE = "http://127.0.0.1:9"


def test_token_that_was_revoked(driver: Driver, lab: Lab) -> None:
    token = driver.clients.session.get_token()
    lab.admin.session.delete(
        "/auth/tokens",
        endpoint_filter={"service_type": "identity", "version": "v3", "interface": "public"},
        headers={"X-Subject-Token": token},
    )
    assert driver.compute.flavors()
    assert driver.networks.networks()
    assert driver.clients.session.get_token() != token


def test_password_that_is_wrong(conf: cfg.ConfigOpts, lab: Lab) -> None:
    cloud = connect(conf)  # reads the options; nothing is called yet
    conf.set_override("password", "wrong", group="service_credentials")
    cloud = connect(conf)
    for call in (cloud.compute.flavors, cloud.networks.networks):
        with pytest.raises(CloudError, match="Keystone does not accept"):
            call()


def test_keystone_that_is_away(conf: cfg.ConfigOpts, lab: Lab) -> None:
    connect(conf)
    conf.set_override("auth_url", NOWHERE, group="service_credentials")
    cloud = connect(conf)
    with pytest.raises(CloudError) as caught:
        cloud.networks.networks()
    assert not isinstance(caught.value, CloudRefused)
    assert NOWHERE not in str(caught.value)


@pytest.mark.parametrize(
    ("group", "service"),
    [("nova", "Nova"), ("glance", "Glance"), ("neutron", "Neutron"), ("cinder", "Cinder")],
)
def test_service_that_is_away(conf: cfg.ConfigOpts, lab: Lab, group: str, service: str) -> None:
    conf.set_override("endpoint_override", f"{NOWHERE}/v3", group=group)
    cloud = connect(conf)
    calls: dict[str, Callable[[], object]] = {
        "Nova": cloud.compute.statuses,
        "Glance": partial(cloud.images.find, None, ["mysql"]),
        "Neutron": cloud.networks.networks,
        "Cinder": partial(cloud.volumes.ensure_no_volume, "dbaas-1"),
    }
    with pytest.raises(CloudError, match=f"^{service} (does not answer|can't be used)") as caught:
        calls[service]()
    assert not isinstance(caught.value, CloudRefused)


def test_region_that_is_not_there(conf: cfg.ConfigOpts, lab: Lab) -> None:
    conf.set_override("region_name", "Moon", group="nova")
    with pytest.raises(CloudError, match=r"Nova can't be used \(EndpointNotFound\)"):
        connect(conf).compute.flavors()


def test_with_and_without_cinder(conf: cfg.ConfigOpts, lab: Lab) -> None:
    assert isinstance(connect(conf).volumes, CinderVolumes)
    conf.set_override("volume_support", False)
    assert isinstance(connect(conf).volumes, EphemeralVolumes)


@pytest.mark.parametrize("interface", ["public", "publicURL"])
def test_interface_in_words_new_and_old(conf: cfg.ConfigOpts, lab: Lab, interface: str) -> None:
    for group in ("nova", "neutron", "cinder", "glance"):
        conf.set_override("valid_interfaces", [interface], group=group)
    cloud = connect(conf)
    assert cloud.compute.flavors()
    assert cloud.networks.networks()
    assert cloud.volumes.ensure_no_volume("dbaas-1")
    with pytest.raises(NotInCloud):
        cloud.images.find(None, ["dbaas-test-none"])


def test_interface_that_is_not_there(conf: cfg.ConfigOpts, lab: Lab) -> None:
    conf.set_override("valid_interfaces", ["moon"], group="nova")
    with pytest.raises(CloudError, match="EndpointNotFound"):
        connect(conf).compute.flavors()

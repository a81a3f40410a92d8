"""Volumes in a real Cinder."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudRefused, NeedsDetached, ServerSpec, Volume
from dbaas.drivers.openstack.volumes import EphemeralVolumes
from tests.drivers.openstack.conftest import PATIENCE, Driver
from tests.drivers.openstack.lab import Lab
from tests.drivers.openstack.test_compute import booted
from tests.functional.waiting import until

pytestmark = pytest.mark.usefixtures("with_volumes")


def _there(driver: Driver, name: str) -> list[Any]:
    return list(driver.clients.cinder.volumes(name=name))


def _made(driver: Driver, name: str) -> Volume:
    def ready() -> Volume | None:
        volume = driver.volumes.ensure_volume(name, 1, None, None)
        assert volume.fault is None
        return volume if volume.ready else None

    return until(ready, "volume", PATIENCE)


def _set_status(lab: Lab, volume: Volume, status: str) -> None:
    lab.admin.block_storage.reset_volume_status(volume.id, status)


def test_life_of_a_volume(driver: Driver, lab: Lab, name: str) -> None:
    driver.lose("POST", "/volumes")
    with pytest.raises(CloudError, match="Cinder does not answer"):
        driver.volumes.ensure_volume(name, 1, None, None)
    volume = _made(driver, name)
    assert [(each.id, each.size) for each in _there(driver, name)] == [(volume.id, 1)]
    until(lambda: driver.volumes.ensure_no_volume(name), "end", PATIENCE)
    assert _there(driver, name) == []


def test_second_volume_goes(driver: Driver, name: str) -> None:
    for _ in range(2):
        driver.clients.cinder.create_volume(name=name, size=1)
    until(lambda: {v.status for v in _there(driver, name)} == {"available"}, "both", PATIENCE)
    volume = _made(driver, name)
    until(lambda: [v.id for v in _there(driver, name)] == [volume.id], "one", PATIENCE)


def test_volume_of_another_project(driver: Driver, lab: Lab, name: str) -> None:
    theirs = lab.tenant.cloud.block_storage.create_volume(name=name, size=1)
    assert driver.volumes.ensure_no_volume(name)
    until(lambda: _status_of_tenants(lab, theirs.id) == "available", "theirs", PATIENCE)
    lab.tenant.cloud.block_storage.delete_volume(theirs.id)


def _status_of_tenants(lab: Lab, volume_id: str) -> str:
    return str(lab.tenant.cloud.block_storage.get_volume(volume_id).status)


def test_quota(driver: Driver, lab: Lab, name: str) -> None:
    lab.admin.block_storage.update_quota_set(lab.service.id, gigabytes=5)
    with pytest.raises(CloudRefused, match=r"Cinder says: .*[Qq]uota"):
        driver.volumes.ensure_volume(name, 6, None, None)
    lab.admin.block_storage.revert_quota_set(lab.service.id)


def test_volume_type_that_is_not_there(driver: Driver, name: str) -> None:
    with pytest.raises(CloudRefused, match="moon"):
        driver.volumes.ensure_volume(name, 1, "moon", None)


def test_zone_is_asked_for_where_wished(driver: Driver, name: str, conf: cfg.ConfigOpts) -> None:
    conf.set_override("enable_volume_az", True)
    with pytest.raises(CloudRefused, match="moon"):
        driver.volumes.ensure_volume(name, 1, None, "moon")


def test_volume_that_failed(driver: Driver, lab: Lab, name: str) -> None:
    volume = _made(driver, name)
    _set_status(lab, volume, "error")
    failed = driver.volumes.ensure_volume(name, 1, None, None)
    assert (failed.id, failed.ready) == (volume.id, False)
    assert "state error" in (failed.fault or "")
    until(lambda: driver.volumes.ensure_no_volume(name), "end", PATIENCE)


def test_volume_that_did_not_go(driver: Driver, lab: Lab, name: str) -> None:
    volume = _made(driver, name)
    _set_status(lab, volume, "error_deleting")
    with pytest.raises(CloudError, match="state error_deleting"):
        driver.volumes.ensure_no_volume(name)
    until(lambda: driver.volumes.ensure_no_volume(name), "end", PATIENCE)


def test_attachment_whose_server_is_gone(driver: Driver, name: str) -> None:
    volume = _made(driver, name)
    attachment = {"volume_uuid": volume.id, "instance_uuid": str(uuid.uuid4())}
    answer = driver.clients.cinder.post(
        "/attachments", json={"attachment": attachment}, microversion="3.27"
    )
    assert answer.ok
    assert not driver.volumes.ensure_no_volume(name)
    until(lambda: driver.volumes.ensure_no_volume(name), "end", PATIENCE)


def test_larger_while_it_is_free(driver: Driver, name: str) -> None:
    _made(driver, name)
    until(lambda: driver.volumes.ensure_size(name, 2).ready, "extension", PATIENCE)
    (volume,) = _there(driver, name)
    assert volume.size == 2
    assert driver.volumes.ensure_size(name, 2).ready


def test_extension_that_failed(driver: Driver, lab: Lab, name: str) -> None:
    volume = _made(driver, name)
    _set_status(lab, volume, "error_extending")
    failed = driver.volumes.ensure_size(name, 2)
    assert not failed.ready
    assert "state error_extending" in (failed.fault or "")
    assert _there(driver, name)[0].status == "available"


def test_size_of_what_is_not_there(driver: Driver, name: str) -> None:
    with pytest.raises(CloudRefused, match="not there any more"):
        driver.volumes.ensure_size(name, 2)


def test_volume_of_a_server(
    driver: Driver, name: str, spec: Callable[[str], ServerSpec], conf: cfg.ConfigOpts
) -> None:
    volume = _made(driver, name)
    assert volume.id is not None
    volume_id = volume.id
    booted(driver, replace(spec(name), volume=volume))
    assert driver.compute.ensure_attached(name, volume_id)
    assert driver.volumes.ensure_volume(name, 1, None, None).ready
    assert not driver.volumes.ensure_no_volume(name)
    _grow_online(driver, name)
    conf.set_override("online_volume_resize", False)
    with pytest.raises(NeedsDetached):
        driver.volumes.ensure_size(name, 9)
    until(lambda: driver.compute.ensure_detached(name, volume_id), "detached", PATIENCE)
    assert driver.compute.ensure_detached(name, volume_id)
    until(lambda: driver.compute.ensure_attached(name, volume_id), "attached", PATIENCE)
    until(lambda: driver.compute.ensure_no_server(name), "server's end", PATIENCE)
    until(lambda: driver.volumes.ensure_no_volume(name), "volume's end", PATIENCE)


def _grow_online(driver: Driver, name: str) -> None:
    """The back end can do it, or says that it can't and is as it was."""

    def grown() -> bool:
        return driver.volumes.ensure_size(name, 2).ready

    try:
        until(grown, "extension", PATIENCE)
    except NeedsDetached:
        (volume,) = _there(driver, name)
        assert (volume.status, volume.size) == ("in-use", 1)


def test_without_cinder(name: str) -> None:
    volumes = EphemeralVolumes()
    assert volumes.ensure_volume(name, 1, None, None) == Volume(None, ready=True)
    assert volumes.ensure_no_volume(name)
    with pytest.raises(CloudRefused, match="flavor's"):
        volumes.ensure_size(name, 2)

"""Servers in a real Nova."""

import base64
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from oslo_config import cfg

from dbaas.drivers import CloudError, CloudFlavor, CloudRefused, Nic, Server, ServerSpec
from tests.drivers.openstack.conftest import PATIENCE, Driver, as_flavor
from tests.drivers.openstack.lab import Lab, image_of
from tests.functional.waiting import until

MakeSpec = Callable[[str], ServerSpec]


def booted(driver: Driver, spec: ServerSpec) -> Server:
    def ready() -> Server | None:
        server = driver.compute.ensure_server(spec)
        return server if server.ready or server.fault else None

    server = until(ready, "server", PATIENCE)
    assert server.fault is None
    return server


def _servers(driver: Driver, name: str) -> list[Any]:
    return list(driver.clients.nova.servers.list(search_opts={"tags": name}))


def test_life_of_a_server(
    driver: Driver, lab: Lab, name: str, spec: MakeSpec, conf: cfg.ConfigOpts
) -> None:
    conf.set_override("management_networks", [lab.lonely_network_id])
    management = driver.networks.ensure_management_port(name)
    wish = replace(spec(name), management_port=management)
    assert driver.compute.look(name) is None
    server = booted(driver, wish)
    assert booted(driver, wish) == server
    (made,) = _servers(driver, name)
    assert (made.id, made.name, made.tenant_id) == (server.id, "my_db", lab.service.id)
    assert made.metadata["dbaas_project"] == lab.tenant.id
    assert made.config_drive == "True"
    ports = {port.port_id for port in made.interface_list()}
    assert management is not None
    assert ports == {wish.port.id, management.id}
    look = driver.compute.look(name)
    assert look is not None
    assert look.status == "ACTIVE"
    assert driver.compute.statuses() == {server.id: "ACTIVE"}
    data = getattr(made, "OS-EXT-SRV-ATTR:user_data", None)
    if data:
        assert f'node_id = "{name}"'.encode() in base64.b64decode(data).replace(b"\\", b"")
    until(lambda: driver.compute.ensure_no_server(name), "end", PATIENCE)
    assert _servers(driver, name) == []
    assert driver.compute.ensure_no_server(name)


def test_answer_that_was_lost(driver: Driver, name: str, spec: MakeSpec) -> None:
    wish = spec(name)
    losing = driver.lose("POST", "/servers")
    with pytest.raises(CloudError, match="Nova does not answer"):
        driver.compute.ensure_server(wish)
    server = booted(driver, wish)
    assert losing.lost == 1
    assert [each.id for each in _servers(driver, name)] == [server.id]


def test_servers_of_one_display_name(
    driver: Driver, new_name: Callable[[], str], spec: MakeSpec
) -> None:
    one, other = new_name(), new_name()
    first, second = (driver.compute.ensure_server(spec(each)) for each in (one, other))
    assert first.id != second.id
    until(lambda: driver.compute.ensure_no_server(one), "end", PATIENCE)
    assert [each.id for each in _servers(driver, other)] == [second.id]


def test_two_requests_at_once(driver: Driver, name: str, spec: MakeSpec) -> None:
    """The first answer came so late that the second request was made: one server stays."""
    wish = spec(name)
    both = threading.Barrier(2)

    def boot() -> None:
        both.wait()
        driver.compute._boot(wish)

    racers = [threading.Thread(target=boot) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(_servers(driver, name)) == 2
    until(lambda: booted(driver, wish) and len(_servers(driver, name)) == 1, "one", PATIENCE)
    server = booted(driver, wish)
    assert [each.id for each in _servers(driver, name)] == [server.id]
    port = driver.clients.neutron.get_port(wish.port.id)
    assert port.device_id == server.id


def test_server_of_another_project(driver: Driver, lab: Lab, name: str) -> None:
    """A tenant gives a server our tags."""
    compute = lab.tenant.cloud.compute
    with image_of(lab.tenant.cloud, []) as image:
        body = {
            "name": name,
            "imageRef": image.id,
            "flavorRef": lab.flavor("TINY_FLAVOR", "m1.nano").id,
            "networks": [{"uuid": lab.network_id}],
            "tags": ["dbaas", name],
        }
        if lab.zone:
            body["availability_zone"] = lab.zone
        answer = compute.post("/servers", json={"server": body}, microversion="2.52")
        theirs = answer.json()["server"]["id"]
        assert driver.compute.look(name) is None
        assert theirs not in driver.compute.statuses()
        assert driver.compute.ensure_no_server(name)
        assert compute.get_server(theirs).status in ("BUILD", "ACTIVE")
        compute.delete_server(theirs)
        until(lambda: theirs not in {each.id for each in compute.servers()}, "end", PATIENCE)


def test_quota(driver: Driver, lab: Lab, name: str, spec: MakeSpec) -> None:
    lab.admin.compute.update_quota_set(lab.service.id, instances=0)
    with pytest.raises(CloudRefused, match="Nova says: Quota exceeded"):
        driver.compute.ensure_server(spec(name))
    lab.admin.compute.revert_quota_set(lab.service.id)


def test_zone_that_is_not_there(driver: Driver, name: str, spec: MakeSpec) -> None:
    with pytest.raises(CloudRefused, match="availability zone"):
        driver.compute.ensure_server(replace(spec(name), availability_zone="moon"))


def test_no_valid_host(driver: Driver, name: str, spec: MakeSpec, giant: CloudFlavor) -> None:
    wish = replace(spec(name), flavor=giant)

    def says_why() -> bool:
        return "No valid host" in (driver.compute.ensure_server(wish).fault or "")

    until(says_why, "fault", PATIENCE)
    look = driver.compute.look(name)
    assert look is not None
    assert (look.status, look.console) == ("ERROR", ())
    until(lambda: driver.compute.ensure_no_server(name), "end", PATIENCE)


def test_user_data_stay_secret(
    driver: Driver,
    name: str,
    spec: MakeSpec,
    conf: cfg.ConfigOpts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nova repeats a value that it refuses, and its client logs what it sends."""
    caplog.set_level(logging.DEBUG)
    conf.set_override("guest_transport_url", "rabbit://" + "secret" * 9000)
    with pytest.raises(CloudRefused, match="user_data") as caught:
        driver.compute.ensure_server(spec(name))
    secret = base64.b64encode(b"secretsecret")[4:12].decode()
    assert secret not in str(caught.value)
    assert secret not in caplog.text


def test_another_flavor(
    driver: Driver, lab: Lab, name: str, spec: MakeSpec, flavor: CloudFlavor
) -> None:
    larger = as_flavor(lab.flavor("LARGER_FLAVOR", "db.small"))
    server = booted(driver, spec(name))
    driver.lose("POST", "/action")
    with pytest.raises(CloudError, match="does not answer"):
        driver.compute.ensure_flavor(name, larger, "try-1")

    def resized() -> Server | None:
        seen = driver.compute.ensure_flavor(name, larger, "try-1")
        assert seen.fault is None
        return seen if seen.ready else None

    assert until(resized, "resize", PATIENCE) == Server(server.id, ready=True)
    (made,) = _servers(driver, name)
    assert made.flavor["original_name"] == larger.name
    assert len(_resizes(driver, server)) == 1


def test_flavor_that_fits_nowhere(
    driver: Driver, name: str, spec: MakeSpec, giant: CloudFlavor
) -> None:
    server = booted(driver, spec(name))

    def fault(attempt: str) -> str | None:
        return driver.compute.ensure_flavor(name, giant, attempt).fault

    assert "No valid host" in until(lambda: fault("try-1"), "fault", PATIENCE)
    assert "No valid host" in (fault("try-1") or "")
    assert len(_resizes(driver, server)) == 1
    until(lambda: fault("try-2"), "second fault", PATIENCE)
    assert len(_resizes(driver, server)) == 2


def _resizes(driver: Driver, server: Server) -> list[Any]:
    actions = driver.clients.nova.instance_action.list(server.id)
    return [action for action in actions if action.action == "resize"]


@pytest.mark.parametrize("call", ["ensure_flavor", "ensure_attached", "ensure_detached"])
def test_server_that_is_not_there(
    driver: Driver, name: str, flavor: CloudFlavor, call: str
) -> None:
    rest = (flavor, "try-1") if call == "ensure_flavor" else (str(uuid.uuid4()),)
    with pytest.raises(CloudRefused, match="not there any more"):
        getattr(driver.compute, call)(name, *rest)


def test_port_that_a_server_has_already(
    driver: Driver, name: str, new_name: Callable[[], str], spec: MakeSpec
) -> None:
    wish = spec(name)
    booted(driver, wish)
    with pytest.raises(CloudError, match="in use") as caught:
        driver.compute.ensure_server(replace(wish, name=new_name()))
    assert not isinstance(caught.value, CloudRefused)


def test_flavors(driver: Driver, flavor: CloudFlavor) -> None:
    assert flavor in driver.compute.flavors()


def test_ports_survive_their_server(driver: Driver, lab: Lab, name: str, spec: MakeSpec) -> None:
    """The next try to boot needs them."""
    wish = spec(name)
    booted(driver, wish)
    until(lambda: driver.compute.ensure_no_server(name), "end", PATIENCE)
    assert driver.networks.ensure_port(name, Nic(lab.network_id), None) == wish.port

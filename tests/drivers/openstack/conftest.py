"""The driver on a real OpenStack, with what each test made removed at its end."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.drivers import CloudFlavor, Image, Nic, Port, ServerSpec, Volume
from dbaas.drivers.openstack.compute import NovaCompute
from dbaas.drivers.openstack.images import OpenStackImages
from dbaas.drivers.openstack.networks import OpenStackNetworks
from dbaas.drivers.openstack.session import Clients
from dbaas.drivers.openstack.volumes import CinderVolumes
from tests.drivers.openstack import lab as labs
from tests.drivers.openstack.lost import Losing
from tests.functional.waiting import until

PATIENCE = 180


@pytest.fixture(scope="session")
def lab() -> Iterator[labs.Lab]:
    if not labs.is_there():
        pytest.skip('no OpenStack: eval "$(tests/lab/env)" after tests/lab/up')
    with labs.lab() as made:
        yield made


@pytest.fixture
def conf(lab: labs.Lab, tmp_path: Path) -> cfg.ConfigOpts:
    file = tmp_path / "dbaas.conf"
    file.write_text(
        "[service_credentials]\n"
        f"auth_url = {os.environ['OS_AUTH_URL']}\n"
        f"username = {lab.service.name}\n"
        f"password = {lab.service.password}\n"
        f"project_name = {lab.service.name}\n"
        f"user_domain_name = {os.environ.get('OS_USER_DOMAIN_NAME', 'Default')}\n"
        f"project_domain_name = {os.environ.get('OS_PROJECT_DOMAIN_NAME', 'Default')}\n"
        f"region_name = {os.environ.get('OS_REGION_NAME', 'RegionOne')}\n"
    )
    return dbaas_conf.load(files=[str(file)])


@dataclass(frozen=True)
class Driver:
    clients: Clients
    images: OpenStackImages
    networks: OpenStackNetworks
    compute: NovaCompute
    volumes: CinderVolumes

    def lose(self, method: str, path: str) -> Losing:
        """Lose the next answer to this method of a path that ends so."""

        def chosen(request: requests.PreparedRequest) -> bool:
            url = (request.url or "").partition("?")[0]
            return request.method == method and url.endswith(path)

        losing = Losing(chosen)
        self.clients.session.session.mount("http://", losing)
        return losing


@pytest.fixture
def driver(conf: cfg.ConfigOpts) -> Driver:
    clients = Clients(conf)
    return Driver(
        clients,
        OpenStackImages(clients),
        OpenStackNetworks(clients, conf),
        NovaCompute(clients, conf),
        CinderVolumes(clients, conf),
    )


@pytest.fixture
def new_name(driver: Driver, lab: labs.Lab) -> Iterator[Callable[[], str]]:
    names: list[str] = []

    def make() -> str:
        names.append(f"dbaas-{uuid.uuid4()}")
        return names[-1]

    yield make
    for name in names:
        remove(driver, name, lab.has_volumes)


def remove(driver: Driver, name: str, has_volumes: bool) -> None:
    """All that bears the name."""
    until(lambda: driver.compute.ensure_no_server(name), "server's end", PATIENCE)
    driver.networks.ensure_no_floating_ip(name)
    driver.networks.ensure_no_ports(name)
    driver.networks.ensure_no_security_group(name)
    if has_volumes:
        until(lambda: driver.volumes.ensure_no_volume(name), "volume's end", PATIENCE)


@pytest.fixture
def name(new_name: Callable[[], str]) -> str:
    return new_name()


@pytest.fixture
def with_volumes(lab: labs.Lab) -> None:
    if not lab.has_volumes:
        pytest.skip("this OpenStack has no Cinder")


@pytest.fixture
def flavor(lab: labs.Lab) -> CloudFlavor:
    return as_flavor(lab.flavor("TINY_FLAVOR", "m1.nano"))


def as_flavor(flavor: object) -> CloudFlavor:
    names = ("id", "name", "ram", "vcpus", "disk", "ephemeral")
    return CloudFlavor(*(getattr(flavor, name) for name in names))


@pytest.fixture
def spec(driver: Driver, lab: labs.Lab, flavor: CloudFlavor) -> Callable[[str], ServerSpec]:
    """What to boot under a name, on its port, without a volume."""

    def make(name: str, volume: Volume | None = None) -> ServerSpec:
        port: Port = driver.networks.ensure_port(name, Nic(lab.network_id), None)
        return ServerSpec(
            name=name,
            display_name="my_db",
            project_id=lab.tenant.id,
            flavor=flavor,
            image=Image(lab.image_id, "guest", "mysql"),
            port=port,
            volume=volume or Volume(None, ready=True),
            availability_zone=lab.zone,
            guest={"node_id": name, "datastore": "mysql"},
        )

    return make


@pytest.fixture
def giant(lab: labs.Lab) -> Iterator[CloudFlavor]:
    """A flavor that no host has room for, though quotas have."""
    compute = lab.admin.compute
    compute.update_quota_set(lab.service.id, ram=-1)
    made = compute.create_flavor(name=f"{labs.TAG}-giant", ram=2**30, vcpus=1, disk=1)
    yield as_flavor(made)
    compute.delete_flavor(made.id)
    compute.revert_quota_set(lab.service.id)

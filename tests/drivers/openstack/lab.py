"""A real OpenStack, and projects of the tests' own in it."""

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import openstack

REQUIRED = ("OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD", "OS_PROJECT_NAME")
TAG = "dbaas-test"
CIDR = "10.77.0.0/24"


def is_there() -> bool:
    return all(os.environ.get(name) for name in REQUIRED)


@dataclass(frozen=True)
class Project:
    """With one account, which bears the project's name."""

    id: str
    name: str
    password: str
    cloud: Any


@dataclass(frozen=True)
class Lab:
    admin: Any
    service: Project
    tenant: Project
    network_id: str
    """Of the tenant, with a router to the public network."""
    subnet_id: str
    lonely_network_id: str
    """Of the tenant, without a router or port security."""
    image_id: str
    zone: str | None
    """Where servers start at once."""

    @property
    def has_volumes(self) -> bool:
        services = self.admin.identity.services()
        return any(service.type in ("volumev3", "block-storage") for service in services)

    def flavor(self, name: str, fallback: str) -> Any:
        flavor = os.environ.get(f"DBAAS_LAB_{name}", fallback)
        return self.admin.compute.find_flavor(flavor, ignore_missing=False)


@contextmanager
def lab() -> Iterator[Lab]:
    admin = openstack.connect(load_yaml_config=False)
    with ExitStack() as stack:
        service = stack.enter_context(_project(admin, "service", "admin"))
        tenant = stack.enter_context(_project(admin, "tenant", "member"))
        network, subnet = stack.enter_context(_routed_network(admin, tenant))
        lonely = stack.enter_context(_lonely_network(tenant))
        image = stack.enter_context(_image(service.cloud))
        yield Lab(
            admin,
            service,
            tenant,
            network,
            subnet,
            lonely,
            image,
            os.environ.get("DBAAS_LAB_FAKE_ZONE"),
        )


@contextmanager
def _image(cloud: Any) -> Iterator[str]:
    """One that lets go of its disks, where the servers are true machines."""
    if given := os.environ.get("DBAAS_LAB_IMAGE"):
        yield cloud.image.find_image(given, ignore_missing=False).id
    else:
        with image_of(cloud, [TAG, "mysql"]) as made:
            yield made.id


@contextmanager
def image_of(cloud: Any, tags: list[str], **properties: str) -> Iterator[Any]:
    """A disk of zeros, which boots to nothing."""
    image = cloud.image.create_image(
        name=f"{TAG}-{secrets.token_hex(4)}",
        data=io.BytesIO(bytes(1024 * 1024)),
        disk_format="raw",
        container_format="bare",
        tags=tags,
        visibility="private",
        **properties,
    )
    yield image
    cloud.image.delete_image(image.id)


@contextmanager
def _project(admin: Any, purpose: str, role: str) -> Iterator[Project]:
    name, password = f"{TAG}-{purpose}-{secrets.token_hex(4)}", secrets.token_hex(16)
    project = admin.identity.create_project(name=name)
    user = admin.identity.create_user(name=name, password=password, default_project_id=project.id)
    admin.identity.assign_project_role_to_user(
        project.id, user.id, admin.identity.find_role(role, ignore_missing=False).id
    )
    cloud = openstack.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth_url=os.environ["OS_AUTH_URL"],
        username=name,
        password=password,
        project_name=name,
        user_domain_id=user.domain_id,
        project_domain_id=project.domain_id,
        region_name=os.environ.get("OS_REGION_NAME"),
    )
    yield Project(project.id, name, password, cloud)
    for group in admin.network.security_groups(project_id=project.id):
        admin.network.delete_security_group(group.id)
    admin.identity.delete_user(user.id)
    admin.identity.delete_project(project.id)


@contextmanager
def _routed_network(admin: Any, tenant: Project) -> Iterator[tuple[str, str]]:
    neutron = tenant.cloud.network
    wanted = os.environ.get("DBAAS_LAB_PUBLIC_NETWORK", "public")
    public = admin.network.find_network(wanted, ignore_missing=False)
    network = neutron.create_network(name=TAG)
    subnet = neutron.create_subnet(network_id=network.id, ip_version=4, cidr=CIDR)
    router = neutron.create_router(name=TAG, external_gateway_info={"network_id": public.id})
    neutron.add_interface_to_router(router, subnet=subnet.id)
    yield network.id, subnet.id
    neutron.remove_interface_from_router(router, subnet=subnet.id)
    neutron.delete_router(router)
    neutron.delete_network(network)


@contextmanager
def _lonely_network(tenant: Project) -> Iterator[str]:
    neutron = tenant.cloud.network
    network = neutron.create_network(name=f"{TAG}-lonely", is_port_security_enabled=False)
    neutron.create_subnet(network_id=network.id, ip_version=4, cidr="10.78.0.0/24")
    neutron.create_subnet(network_id=network.id, ip_version=6, cidr="fd00:78::/64")
    yield network.id
    neutron.delete_network(network)

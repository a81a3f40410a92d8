"""Projects, users, roles and the catalog, as the lab's administrator."""

import os
from typing import Any

import openstack

ADDRESS = "172.24.4.1"
SERVICES = {
    "glance": [("image", ":9292")],
    "placement": [("placement", ":8778")],
    "nova": [("compute", ":8774/v2.1")],
    "neutron": [("network", ":9696")],
    "cinder": [
        ("volumev3", ":8776/v3/%(project_id)s"),
        ("block-storage", ":8776/v3/%(project_id)s"),
    ],
}
TENANTS = ("alice", "bob")
"""Users with a project of their own, of the same name."""


def make_service(cloud: Any, name: str, password: str) -> None:
    make_user(cloud, name, password, project="service", roles=("admin", "service"))
    known = {service.type for service in cloud.identity.services()}
    for kind, path in SERVICES[name]:
        if kind in known:
            continue
        service = cloud.identity.create_service(name=name, type=kind)
        for interface in ("public", "internal", "admin"):
            cloud.identity.create_endpoint(
                service_id=service.id,
                interface=interface,
                region_id="RegionOne",
                url=f"http://{ADDRESS}{path}",
            )


def make_user(
    cloud: Any, name: str, password: str, *, project: str, roles: tuple[str, ...]
) -> None:
    owner = cloud.identity.find_project(project) or cloud.identity.create_project(
        name=project, domain_id="default"
    )
    user = cloud.identity.find_user(name) or cloud.identity.create_user(
        name=name, password=password, domain_id="default"
    )
    for role in roles:
        found = cloud.identity.find_role(role) or cloud.identity.create_role(name=role)
        cloud.identity.assign_project_role_to_user(owner, user, found)


def main() -> None:
    cloud = openstack.connect()
    for name in SERVICES:
        make_service(cloud, name, os.environ["DBAAS_LAB_SERVICE_PASSWORD"])
    for name in TENANTS:
        password = os.environ["DBAAS_LAB_TENANT_PASSWORD"]
        make_user(cloud, name, password, project=name, roles=("member", "reader"))


main()

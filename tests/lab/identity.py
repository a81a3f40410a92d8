"""Projects, users, roles and the catalog, as the lab's administrator."""

import os
from collections.abc import Callable, Iterable
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


ROLES = ("admin", "service", "member", "reader")


def ensure(
    found: Iterable[Any], create: Callable[..., Any], names: Iterable[str]
) -> dict[str, Any]:
    """All of these names, made where they are not found."""
    known = {one.name: one for one in found}
    return {name: known.get(name) or create(name) for name in names}


def make_users(identity: Any) -> None:
    projects = ensure(
        identity.projects(),
        lambda name: identity.create_project(name=name, domain_id="default"),
        ("service", *TENANTS),
    )
    users = ensure(
        identity.users(),
        lambda name: identity.create_user(
            name=name, password=password_of(name), domain_id="default"
        ),
        (*SERVICES, *TENANTS),
    )
    roles = ensure(identity.roles(), lambda name: identity.create_role(name=name), ROLES)
    for name, user in users.items():
        project = projects["service" if name in SERVICES else name]
        for role in ("admin", "service") if name in SERVICES else ("member", "reader"):
            identity.assign_project_role_to_user(project, user, roles[role])


def password_of(user: str) -> str:
    return os.environ[f"DBAAS_LAB_{'SERVICE' if user in SERVICES else 'TENANT'}_PASSWORD"]


def make_catalog(identity: Any) -> None:
    services = {service.type: service for service in identity.services()}
    known = {(endpoint.service_id, endpoint.interface) for endpoint in identity.endpoints()}
    for name, kinds in SERVICES.items():
        for kind, path in kinds:
            service = services.get(kind) or identity.create_service(name=name, type=kind)
            for interface in ("public", "internal", "admin"):
                if (service.id, interface) not in known:
                    identity.create_endpoint(
                        service_id=service.id,
                        interface=interface,
                        region_id="RegionOne",
                        url=f"http://{ADDRESS}{path}",
                    )


if __name__ == "__main__":
    cloud = openstack.connect()
    make_users(cloud.identity)
    make_catalog(cloud.identity)

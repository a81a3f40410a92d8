"""The cloud of the OS_* variables, and what bootstrap leaves in it."""

import os
from collections.abc import Iterator
from typing import Any

import openstack
import pytest
from openstack.connection import Connection

needed = pytest.mark.skipif(
    "OS_AUTH_URL" not in os.environ and "OS_CLOUD" not in os.environ,
    reason="needs a cloud and its administrator's account in OS_*: see tests/lab",
)


def connect() -> Connection:
    return openstack.connect()


def remains(cloud: Connection, name: str) -> dict[str, int]:
    """How many of each kind belong to the project of that name, or bear the name."""
    project = cloud.identity.find_project(name)
    counts = {"projects": int(bool(project))}
    counts |= {kind: len(list(things)) for kind, things in _in_project(cloud, project)}
    users = [user for user in cloud.identity.users() if user.name == name]
    services = [service for service in cloud.identity.services() if service.name == name]
    ids = {service.id for service in services}
    endpoints = [each for each in cloud.identity.endpoints() if each.service_id in ids]
    return counts | {
        "users": len(users),
        "services": len(services),
        "endpoints": len(endpoints),
        "images": len(list(cloud.image.images(name=f"dbaas-guest-{name}"))),
    }


def _in_project(cloud: Connection, project: Any) -> Iterator[tuple[str, Any]]:
    if project:
        for kind in ("networks", "subnets", "routers", "security_groups", "security_group_rules"):
            yield kind, getattr(cloud.network, kind)(project_id=project.id)


def remove(cloud: Connection, name: str) -> None:
    for image in cloud.image.images(name=f"dbaas-guest-{name}"):
        cloud.image.delete_image(image)
    for service in cloud.identity.services():
        if service.name == name:
            cloud.identity.delete_service(service)
    for user in cloud.identity.users():
        if user.name == name:
            cloud.compute.delete_keypair(name, user_id=user.id)
            cloud.identity.delete_user(user)
    if project := cloud.identity.find_project(name):
        _remove_networks(cloud, project.id)
        cloud.identity.delete_project(project)


def _remove_networks(cloud: Connection, project_id: str) -> None:
    network = cloud.network
    for router in network.routers(project_id=project_id):
        for port in network.ports(device_id=router.id, project_id=project_id):
            network.remove_interface_from_router(router, port_id=port.id)
        network.delete_router(router)
    for found in network.networks(project_id=project_id):
        for port in network.ports(network_id=found.id, project_id=project_id):
            if not port.device_owner:
                network.delete_port(port)
        network.delete_network(found)
    for group in network.security_groups(project_id=project_id):
        network.delete_security_group(group)

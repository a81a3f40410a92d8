"""Zones, flavors and networks, once the services answer: topology.py HOST…"""

import sys
import time
from collections.abc import Callable
from typing import Any

import openstack

FLAVORS = {
    # name: vCPUs, MiB, GiB root, GiB ephemeral
    "m1.tiny": (1, 256, 1, 0),
    "m1.medium": (2, 2048, 8, 0),
    "m1.medium.eph": (2, 2048, 8, 2),
    "m1.large": (2, 2560, 8, 0),
}
TENANT_NETWORKS = {"private": "10.1.0.0/24", "isolated": "10.2.0.0/24"}
"""Shared by all tenants; only `private` gets a router."""
PATIENCE = 120


def wait_until(what: str, reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > deadline:
            sys.exit(f"{what}: not within {PATIENCE} s")
        time.sleep(0.3)


def are_known(cloud: Any, count: int) -> bool:
    """Whether so many compute hosts are there for Nova, and for Placement too."""
    nodes = {node.name for node in cloud.compute.hypervisors()}
    providers = cloud.session.get(
        "/resource_providers", endpoint_filter={"service_type": "placement"}
    ).json()["resource_providers"]
    return len(nodes) == count and nodes <= {provider["name"] for provider in providers}


def make_zone(compute: Any, host: str) -> None:
    """A host's zone is named as the host."""
    zone = next((one for one in compute.aggregates() if one.name == host), None)
    zone = zone or compute.create_aggregate(name=host, availability_zone=host)
    if host not in (zone.hosts or ()):
        compute.add_host_to_aggregate(zone, host)


def make_flavors(cloud: Any) -> None:
    known = {flavor.name for flavor in cloud.compute.flavors()}
    for name, (vcpus, ram, disk, ephemeral) in FLAVORS.items():
        if name not in known:
            cloud.compute.create_flavor(
                name=name, vcpus=vcpus, ram=ram, disk=disk, ephemeral=ephemeral
            )


def make_networks(cloud: Any) -> None:
    public = make_public_network(cloud.network)
    for name, cidr in TENANT_NETWORKS.items():
        make_tenant_network(cloud.network, name, cidr)
    router = cloud.network.find_router("router") or cloud.network.create_router(
        name="router", external_gateway_info={"network_id": public.id}
    )
    if not next(cloud.network.ports(device_id=router.id, device_owner=INTERFACE), None):
        subnet = cloud.network.find_subnet("private")
        cloud.network.add_interface_to_router(router, subnet_id=subnet.id)


INTERFACE = "network:router_interface"


def make_public_network(network: Any) -> Any:
    public = network.find_network("public") or network.create_network(
        name="public",
        is_router_external=True,
        provider_network_type="flat",
        provider_physical_network="public",
    )
    if not network.find_subnet("public"):
        network.create_subnet(
            name="public",
            network_id=public.id,
            ip_version=4,
            cidr="172.24.4.0/24",
            gateway_ip="172.24.4.1",
            is_dhcp_enabled=False,
            allocation_pools=[{"start": "172.24.4.100", "end": "172.24.4.250"}],
        )
    return public


def make_tenant_network(network: Any, name: str, cidr: str) -> None:
    made = network.find_network(name) or network.create_network(name=name, is_shared=True)
    if not network.find_subnet(name):
        network.create_subnet(name=name, network_id=made.id, ip_version=4, cidr=cidr)


def main(hosts: list[str]) -> None:
    cloud = openstack.connect()
    if "vm" in hosts:
        agents = 5  # four of the host `vm`, and the planted one of `fake`
        wait_until(
            "Neutron's agents", lambda: sum(a.is_alive for a in cloud.network.agents()) == agents
        )
    make_networks(cloud)
    make_flavors(cloud)
    wait_until("the compute hosts", lambda: are_known(cloud, len(hosts)))
    for host in hosts:
        make_zone(cloud.compute, host)


main(sys.argv[1:])

"""The network that guests are managed over, and the addresses that they are public at."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import oslo_messaging
from openstack import exceptions
from oslo_upgradecheck.upgradecheck import Result

from dbaas.status import Subject, failure, ok, warning


def management(subject: Subject) -> Result:
    """The network is there, and leads to the broker as far as routes tell."""
    conf, neutron = subject.conf, subject.clients.neutron
    if not conf.management_networks:
        return warning(
            "management_networks is not set: guests have to reach the broker over their tenants' "
            "networks; dbaas-manage bootstrap makes a network for it"
        )
    network_id = conf.management_networks[-1]
    try:
        network = neutron.get_network(network_id)
    except exceptions.NotFoundException:
        return failure(f"management_networks: there is no network {network_id}")
    subnets = list(neutron.subnets(network_id=network_id, ip_version=4))
    if not subnets:
        return failure(f"{network.name} has no IPv4 subnet")
    for address in _brokers(subject):
        if fault := _fault_of_way(neutron, subnets, address):
            return failure(f"from {network.name}, guests can't reach the broker: {fault}")
    return ok(f"{network.name}, {', '.join(subnet.cidr for subnet in subnets)}")


def _brokers(subject: Subject) -> Iterator[ipaddress.IPv4Address]:
    """Where guests reach the broker. Raises OSError for a name that does not resolve."""
    url = subject.conf.guest_transport_url or subject.conf.transport_url
    for host in oslo_messaging.TransportURL.parse(subject.conf, url).hosts:
        for answer in socket.getaddrinfo(host.hostname, None, socket.AF_INET, socket.SOCK_STREAM):
            yield ipaddress.IPv4Address(answer[4][0])


def _fault_of_way(neutron: Any, subnets: list[Any], address: ipaddress.IPv4Address) -> str | None:
    """Why there is no way from the subnets to the address; None where there is one."""
    if address.is_loopback:
        return f"{address} is the guest itself; name another by guest_transport_url"
    hops = []
    for subnet in subnets:
        if address in ipaddress.IPv4Network(subnet.cidr):
            return None
        hops += [
            route["nexthop"]
            for route in subnet.host_routes
            if address in ipaddress.IPv4Network(route["destination"])
        ]
        hops += [subnet.gateway_ip] if subnet.gateway_ip else []
    if not hops:
        return f"no host route leads to {address}, and there is no gateway"
    return (
        None
        if any(_is_there(neutron, subnets, hop) for hop in hops)
        else (
            f"nothing has the address {' or '.join(hops)}, over which {address} is to be reached"
        )
    )


def _is_there(neutron: Any, subnets: list[Any], hop: str) -> bool:
    """Whether a router has the address; on a provider's network Neutron can't tell."""
    network = neutron.get_network(subnets[0].network_id)
    if network.provider_network_type in ("flat", "vlan"):
        return True
    ports = neutron.ports(network_id=network.id, fixed_ips=f"ip_address={hop}")
    return any(port.device_id for port in ports)


def security_groups(subject: Subject) -> Result:
    wanted = subject.conf.management_security_groups
    if not wanted:
        return warning("management_security_groups is not set: the project's default one is used")
    for group_id in wanted:
        try:
            subject.clients.neutron.get_security_group(group_id)
        except exceptions.NotFoundException:
            return failure(f"management_security_groups: there is no group {group_id}")
    return ok(", ".join(wanted))


def public_addresses(subject: Subject) -> Result:
    """Floating IPs count for their tenants' quotas, so what is left is the network's."""
    neutron = subject.clients.neutron
    named = subject.conf.network.public_network_id
    networks = list(neutron.networks(is_router_external=True))
    if named:
        networks = [network for network in networks if network.id == named]
    if not networks:
        return failure(
            f"[network] public_network_id: there is no external network {named}"
            if named
            else "there is no external network: instances can't be public"
        )
    if len(networks) > 1:
        names = ", ".join(f"{network.name} ({network.id})" for network in networks)
        return failure(f"[network] public_network_id must name one of {names}")
    look = neutron.get_network_ip_availability(networks[0].id)
    left = look.total_ips - look.used_ips
    told = f"{left} of {look.total_ips} left on {networks[0].name}"
    return ok(told) if left else warning(told)

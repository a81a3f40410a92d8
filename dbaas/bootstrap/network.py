"""The network that guests are managed over: from it they reach the broker, and nothing else.

Its subnet has no gateway (a guest's default route is its tenant's), but a route to each of the
broker's addresses through a router on the external network. All belongs to the service's
project, so tenants neither see nor use it.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openstack.connection import Connection

from dbaas.bootstrap import BootstrapError
from dbaas.bootstrap.report import Report

NAME = "dbaas-management"
_CANDIDATES = tuple(ipaddress.IPv4Network(f"172.31.{third}.0/24") for third in range(250, 255))


@dataclass(frozen=True)
class Wish:
    brokers: Sequence[tuple[str, int]]
    """Addresses, IPv4, and ports of the broker as guests reach it."""
    network: str | None = None
    """One that is there already, by id or name, and leads to the broker."""
    cidr: ipaddress.IPv4Network | None = None
    external_network: str | None = None


def external_network(cloud: Connection, wanted: str | None) -> Any:
    """The one that is named, or the only one. Raises BootstrapError."""
    networks = list(cloud.network.networks(is_router_external=True))
    named = [each for each in networks if wanted in (None, each.id, each.name)]
    if len(named) == 1:
        return named[0]
    names = ", ".join(f"{each.name} ({each.id})" for each in networks) or "none"
    wrong = "several external networks match" if named else "no external network matches"
    raise BootstrapError(
        f"{wrong}: name one by --external-network, or by --management-network a network that "
        f"leads to the broker. External networks: {names}"
    )


def ensure_network(
    report: Report, cloud: Connection, project_id: str | None, wish: Wish
) -> str | None:
    """The network's id."""
    if wish.network:
        network = cloud.network.find_network(wish.network)
        if network is None:
            raise BootstrapError(f"--management-network: there is no network {wish.network}")
        report.found("network", network.name, "used as it is")
        return str(network.id)
    network = report.ensure(
        "network",
        NAME,
        project_id and _own(cloud.network.networks, project_id),
        lambda: cloud.network.create_network(
            name=NAME, project_id=project_id, is_port_security_enabled=True
        ),
    )
    subnet = _ensure_subnet(report, cloud, network, wish)
    _ensure_way_out(report, cloud, network, subnet, wish)
    return network and str(network.id)


def _own(list_them: Any, project_id: str) -> Any:
    """The one of our name. Raises BootstrapError where there are several."""
    found = list(list_them(name=NAME, project_id=project_id))
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise BootstrapError(f"several are named {NAME}, delete all but one: {ids}")
    return found[0] if found else None


def _ensure_subnet(report: Report, cloud: Connection, network: Any, wish: Wish) -> Any:
    subnet: Any = None
    if network:
        subnet = next(cloud.network.subnets(network_id=network.id, name=NAME), None)
    cidr = ipaddress.IPv4Network(subnet.cidr) if subnet else _free_cidr(cloud, wish.cidr)
    if subnet and wish.cidr not in (None, cidr):
        raise BootstrapError(
            f"--management-cidr: the subnet {NAME} has {cidr} already, and that can't be changed"
        )
    first, *_, last = list(cidr.hosts())
    routes = list(_routes(cidr, str(first), wish))
    subnet = report.ensure(
        "subnet",
        str(cidr),
        subnet,
        lambda: cloud.network.create_subnet(
            name=NAME,
            network_id=network.id,
            project_id=network.project_id,
            ip_version=4,
            cidr=str(cidr),
            gateway_ip=None,
            is_dhcp_enabled=True,
            allocation_pools=[{"start": str(first + 1), "end": str(last)}],
            host_routes=routes,
        ),
    )
    if subnet and (missing := [each for each in routes if each not in subnet.host_routes]):
        report.change(
            "host routes",
            ", ".join(each["destination"] for each in missing),
            lambda: cloud.network.update_subnet(
                subnet, host_routes=[*subnet.host_routes, *missing]
            ),
        )
    return subnet


def _routes(cidr: ipaddress.IPv4Network, router: str, wish: Wish) -> Iterator[dict[str, str]]:
    for address in dict.fromkeys(address for address, _ in wish.brokers):
        if ipaddress.IPv4Address(address) not in cidr:
            yield {"destination": f"{address}/32", "nexthop": router}


def _free_cidr(cloud: Connection, wanted: ipaddress.IPv4Network | None) -> ipaddress.IPv4Network:
    taken = {
        each.name or each.id: ipaddress.IPv4Network(each.cidr)
        for each in cloud.network.subnets(ip_version=4)
    }
    for cidr in [wanted] if wanted else _CANDIDATES:
        if not any(cidr.overlaps(other) for other in taken.values()):
            return cidr
    tried = wanted or f"each of {_CANDIDATES[0]} to {_CANDIDATES[-1]}"
    overlapping = [
        f"{name} ({other})"
        for name, other in taken.items()
        if any(other.overlaps(cidr) for cidr in ([wanted] if wanted else _CANDIDATES))
    ]
    raise BootstrapError(
        f"{tried} overlaps with subnets that are there: {', '.join(overlapping)}; choose "
        "addresses by --management-cidr"
    )


def _ensure_way_out(
    report: Report, cloud: Connection, network: Any, subnet: Any, wish: Wish
) -> None:
    """The router, and its port at the subnet's first address."""
    router = network and _own(cloud.network.routers, network.project_id)
    outside: Any = None if router else external_network(cloud, wish.external_network)
    router = report.ensure(
        "router",
        NAME,
        router,
        lambda: cloud.network.create_router(
            name=NAME,
            project_id=network.project_id,
            external_gateway_info={"network_id": outside.id},
        ),
        f"to {outside.name}" if outside else "",
    )
    port = network and next(cloud.network.ports(network_id=network.id, name=NAME), None)
    address = str(next(ipaddress.IPv4Network(subnet.cidr).hosts())) if subnet else "its first"
    port = report.ensure(
        "router's port",
        address,
        port,
        lambda: cloud.network.create_port(
            name=NAME,
            network_id=network.id,
            project_id=network.project_id,
            fixed_ips=[{"subnet_id": subnet.id, "ip_address": address}],
        ),
    )
    if port and not port.device_id:
        report.change(
            "router's port",
            address,
            lambda: cloud.network.add_interface_to_router(router, port_id=port.id),
            "on the router",
        )


def ensure_security_group(
    report: Report, cloud: Connection, project_id: str | None, cidr: str | None, wish: Wish
) -> str | None:
    """The id of the management ports' group: ssh and ping in, only the broker out.

    :param cidr: of the management network, None in a dry run
    """
    group = report.ensure(
        "security group",
        NAME,
        project_id and _own(cloud.network.security_groups, project_id),
        lambda: cloud.network.create_security_group(
            name=NAME, project_id=project_id, description="Management ports of database servers"
        ),
    )
    rules = list(cloud.network.security_group_rules(security_group_id=group.id)) if group else []
    have = {_key(rule): rule for rule in rules}
    wanted = list(_rules(cidr, wish))
    if any(rule["direction"] == "egress" and _key_of(rule) not in have for rule in wanted):
        _close(report, cloud, rules)
    for rule in wanted:
        report.ensure(
            "rule",
            f"{rule['direction']} {rule['protocol']} {rule.get('port_range_min', '')}".rstrip(),
            have.get(_key_of(rule)),
            partial(
                cloud.network.create_security_group_rule,
                security_group_id=group and group.id,
                project_id=project_id,
                ethertype="IPv4",
                **rule,
            ),
            rule["remote_ip_prefix"],
        )
    return group and str(group.id)


_Rule = dict[str, Any]
_FIELDS = ("direction", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix")


def _key(rule: Any) -> tuple[Any, ...]:
    return tuple(getattr(rule, name) for name in _FIELDS)


def _key_of(rule: _Rule) -> tuple[Any, ...]:
    return tuple(rule.get(name) for name in _FIELDS)


def _rules(cidr: str | None, wish: Wish) -> Iterator[_Rule]:
    """Those to the broker come last: with them the group is complete."""
    brokers = list(dict.fromkeys(f"{address}/32" for address, _ in wish.brokers))
    for source in dict.fromkeys([*([cidr] if cidr else []), *brokers]):
        yield {
            "direction": "ingress",
            "protocol": "tcp",
            "port_range_min": 22,
            "port_range_max": 22,
            "remote_ip_prefix": source,
        }
        yield {"direction": "ingress", "protocol": "icmp", "remote_ip_prefix": source}
    for address, port in wish.brokers:
        yield {
            "direction": "egress",
            "protocol": "tcp",
            "port_range_min": port,
            "port_range_max": port,
            "remote_ip_prefix": f"{address}/32",
        }


def _close(report: Report, cloud: Connection, rules: Sequence[Any]) -> None:
    """Remove the rules that a new group has, which let everything out."""
    for rule in rules:
        if rule.direction == "egress" and rule.protocol is None and rule.remote_ip_prefix is None:
            report.change(
                "rule",
                f"egress {rule.ether_type}",
                partial(cloud.network.delete_security_group_rule, rule),
                "removed: it let everything out",
            )


def cidr_of(cloud: Connection, network_id: str | None) -> str | None:
    """Of its first IPv4 subnet."""
    subnet = network_id and next(cloud.network.subnets(network_id=network_id, ip_version=4), None)
    return str(subnet.cidr) if subnet else None

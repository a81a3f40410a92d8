"""How much of ours there is in the lab and its broker; nothing but numbers by kind.

usage: python -m tests.cloud.count     (an administrator by OS_CLOUD or OS_AUTH_URL and so on)
"""

import os
from collections.abc import Iterable
from typing import Any

import openstack
import requests

Count = dict[str, int]


def count(cloud: Any) -> Count:
    """Of all projects: an administrator sees them all."""
    network = cloud.network
    return {
        "servers": _ours(cloud.compute.servers(all_projects=True), _metadata),
        "ports": _ours(network.ports(), _name),
        "floating IPs": _ours(network.ips(), _description),
        "security groups": _ours(network.security_groups(), _name),
        "volumes": _ours(cloud.block_storage.volumes(all_projects=True), _name),
        "broker accounts": _broker_accounts(),
    }


def _ours(things: Iterable[Any], mark: Any) -> int:
    """Names that derive from a node's id; what bootstrap made is called otherwise."""
    return sum(len(mark(thing)) >= len("dbaas-") + 36 for thing in things)


def _name(thing: Any) -> str:
    return thing.name if (thing.name or "").startswith("dbaas-") else ""


def _description(thing: Any) -> str:
    return thing.description if (thing.description or "").startswith("dbaas-") else ""


def _metadata(server: Any) -> str:
    return str(server.metadata.get("dbaas_node", ""))


def _broker_accounts() -> int:
    account = os.environ["DBAAS_LAB_MANAGEMENT_USER"], os.environ["DBAAS_LAB_MANAGEMENT_PASSWORD"]
    url = f"{os.environ['DBAAS_LAB_MANAGEMENT_URL']}/api/users"
    answer = requests.get(url, auth=account, timeout=30)
    answer.raise_for_status()
    return len(answer.json())


if __name__ == "__main__":
    for kind, number in count(openstack.connect()).items():
        print(f"{kind}: {number}")

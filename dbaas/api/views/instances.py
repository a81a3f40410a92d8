"""Instances."""

from typing import Any

from dbaas.api.call import Call
from dbaas.api.views.common import date
from dbaas.db.models import Instance, Node
from dbaas.db.states import InstanceStatus, NodeWish

GIB = 1024**3


def brief(call: Call, instance: Instance, admin: bool) -> dict[str, Any]:
    """As in lists. No key is ever left out: clients ask again for each that is missing."""
    node = _node(instance)
    addresses = _addresses(instance, node)
    version = instance.datastore_version
    view: dict[str, Any] = {
        "id": instance.id,
        "name": instance.name,
        "status": instance.status,
        "operating_status": _operating_status(instance, node),
        "links": call.links("instances", instance.id),
        "flavor": _flavor(call, instance.flavor_id),
        "datastore": {"type": version.datastore.name, "version": version.name},
        "region": instance.region,
        "access": {"is_public": instance.is_public, "allowed_cidrs": instance.allowed_cidrs},
        "volume": {"size": instance.volume_size},
        "ip": [address["address"] for address in addresses],
        "addresses": addresses,
    }
    if admin:
        view["tenant_id"] = instance.project_id
        view["server_id"] = node.server_id if node else None
        view["volume_id"] = node.volume_id if node else None
    return view


def detail(call: Call, instance: Instance, admin: bool) -> dict[str, Any]:
    view = brief(call, instance, admin)
    node = _node(instance)
    number = instance.datastore_version.version_number
    view["datastore"]["version_number"] = (node and node.database_version) or number
    if node is not None and node.volume_used is not None:
        view["volume"]["used"] = round(node.volume_used / GIB, 2)
    view["created"] = date(instance.created_at)
    view["updated"] = date(instance.updated_at)
    view["service_status_updated"] = date(
        node.reported_at if node and node.reported_at else instance.updated_at
    )
    if instance.fault_message is not None:
        view["fault"] = {
            "message": instance.fault_message,
            "created": date(instance.fault_at),
            "details": None,
        }
    return view


def managed(call: Call, instance: Instance) -> dict[str, Any]:
    """For administrators: what Trove's /mgmt adds."""
    view = detail(call, instance, admin=True)
    node = _node(instance)
    view["service_status"] = node.database_status if node else None
    view["deleted"] = instance.deleted_at is not None
    view["deleted_at"] = date(instance.deleted_at)
    view["server"] = {
        "id": node.server_id if node else None,
        "name": instance.name,
        "status": node.server_status if node else None,
        "tenant_id": instance.project_id,
    }
    return view


def _flavor(call: Call, flavor_id: str) -> dict[str, Any]:
    return {"id": flavor_id, "links": call.links("flavors", flavor_id)}


def _node(instance: Instance) -> Node | None:
    nodes = sorted(instance.nodes, key=lambda node: node.wished != NodeWish.PRESENT)
    return nodes[0] if nodes else None


def _operating_status(instance: Instance, node: Node | None) -> str:
    """Empty while anything is being changed (so clients wait for that), or where it failed.

    A change of access is the one that leaves the status ACTIVE.
    """
    if instance.status != InstanceStatus.ACTIVE or instance.is_changing or node is None:
        return ""
    return node.database_status or ""


def _addresses(instance: Instance, node: Node | None) -> list[dict[str, Any]]:
    if node is None:
        return []
    pairs = (("private", node.private_address), ("public", node.public_address))
    return [
        {"address": address, "type": kind, "network": instance.network_id}
        for kind, address in pairs
        if address
    ]

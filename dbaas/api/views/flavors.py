"""Flavors."""

from typing import Any

from dbaas.api.call import Call
from dbaas.db.models import Flavor


def flavor(call: Call, row: Flavor) -> dict[str, Any]:
    return {
        "id": _number(row.id),
        "str_id": row.id,
        "links": call.links("flavors", row.id),
        "name": row.name,
        "ram": row.ram,
        "vcpus": row.vcpus,
        "disk": row.disk,
        "ephemeral": row.ephemeral,
    }


def _number(flavor_id: str) -> int | None:
    """Trove's `id` is a number, or null where the cloud's id is none."""
    plain = flavor_id.isascii() and flavor_id.isdigit() and not flavor_id.startswith("0")
    return int(flavor_id) if plain else None

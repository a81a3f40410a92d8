"""Quotas and limits."""

from collections.abc import Sequence
from typing import Any

from dbaas.db.quotas import Quota


def quota(row: Quota) -> dict[str, Any]:
    return {
        "resource": row.resource,
        "in_use": row.in_use,
        "reserved": row.reserved,
        "limit": row.limit,
    }


def absolute(rows: Sequence[Quota]) -> dict[str, Any]:
    """The only limits there are; clients expect this entry first."""
    return {"verb": "ABSOLUTE", **{f"max_{row.resource}": row.limit for row in rows}}

"""Quotas."""

from dbaas.api.schemas.common import wrapped

_LIMIT = {"type": "integer", "minimum": -1, "maximum": 2**31 - 1}

UPDATE = wrapped("quotas", {"type": "object", "additionalProperties": _LIMIT, "minProperties": 1})

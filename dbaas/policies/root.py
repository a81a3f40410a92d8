"""The root user of an instance."""

from dbaas.policies.base import MEMBER, READER, rule

_ROOT = "/instances/{instance_id}/root"
_NAME = "instance:extension:root"

RULES = [
    rule(f"{_NAME}:index", READER, "See whether root is enabled.", f"GET {_ROOT}"),
    rule(f"{_NAME}:create", MEMBER, "Enable root.", f"POST {_ROOT}"),
    rule(f"{_NAME}:delete", MEMBER, "Disable root.", f"DELETE {_ROOT}"),
]

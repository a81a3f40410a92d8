"""Databases of an instance."""

from dbaas.policies.base import MEMBER, READER, rule

_ALL = "/instances/{instance_id}/databases"
_ONE = f"{_ALL}/{{name}}"
_NAME = "instance:extension:database"

RULES = [
    rule(f"{_NAME}:index", READER, "List databases.", f"GET {_ALL}"),
    rule(f"{_NAME}:create", MEMBER, "Create databases.", f"POST {_ALL}"),
    rule(f"{_NAME}:show", READER, "Show a database.", f"GET {_ONE}"),
    rule(f"{_NAME}:delete", MEMBER, "Drop a database.", f"DELETE {_ONE}"),
]

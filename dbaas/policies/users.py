"""Users of an instance, and what they may use."""

from dbaas.policies.base import MEMBER, READER, rule

_ALL = "/instances/{instance_id}/users"
_ONE = f"{_ALL}/{{user}}"
_GRANTS = f"{_ONE}/databases"
_NAME = "instance:extension:user"

RULES = [
    rule(f"{_NAME}:index", READER, "List users.", f"GET {_ALL}"),
    rule(f"{_NAME}:create", MEMBER, "Create users.", f"POST {_ALL}", f"POST {_ONE}"),
    rule(f"{_NAME}:update_all", MEMBER, "Change users' passwords.", f"PUT {_ALL}"),
    rule(f"{_NAME}:show", READER, "Show a user.", f"GET {_ONE}"),
    rule(f"{_NAME}:update", MEMBER, "Change a user.", f"PUT {_ONE}"),
    rule(f"{_NAME}:delete", MEMBER, "Drop a user.", f"DELETE {_ONE}"),
    rule(f"{_NAME}_access:index", READER, "List a user's databases.", f"GET {_GRANTS}"),
    rule(f"{_NAME}_access:update", MEMBER, "Grant databases to a user.", f"PUT {_GRANTS}"),
    rule(
        f"{_NAME}_access:delete",
        MEMBER,
        "Revoke a database from a user.",
        f"DELETE {_GRANTS}/{{database}}",
    ),
]

"""Modules."""

from dbaas.policies.base import MEMBER, READER, rule

_ONE = "/modules/{module_id}"

RULES = [
    rule("module:index", READER, "List modules.", "GET /modules"),
    rule("module:create", MEMBER, "Create a module.", "POST /modules"),
    rule("module:show", READER, "Show a module.", f"GET {_ONE}"),
    rule("module:update", MEMBER, "Change a module.", f"PUT {_ONE}"),
    rule("module:delete", MEMBER, "Delete a module.", f"DELETE {_ONE}"),
    rule("module:instances", READER, "List a module's instances.", f"GET {_ONE}/instances"),
    rule("module:reapply", MEMBER, "Apply a module again.", f"PUT {_ONE}/instances"),
]

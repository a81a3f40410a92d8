"""Clusters."""

from dbaas.policies.base import ADMIN, MEMBER, READER, rule

_ONE = "/clusters/{cluster_id}"
_ROOT = f"{_ONE}/root"

RULES = [
    rule("cluster:index", READER, "List clusters.", "GET /clusters"),
    rule("cluster:create", MEMBER, "Create a cluster.", "POST /clusters"),
    rule("cluster:show", READER, "Show a cluster.", f"GET {_ONE}"),
    rule("cluster:delete", MEMBER, "Delete a cluster.", f"DELETE {_ONE}"),
    rule("cluster:action", MEMBER, "Change a cluster.", f"POST {_ONE}"),
    rule("cluster:reset-status", ADMIN, "Reset a cluster's status.", f"POST {_ONE}"),
    rule(
        "cluster:show_instance", READER, "Show a member.", f"GET {_ONE}/instances/{{instance_id}}"
    ),
    rule("cluster:extension:root:index", READER, "See whether root is enabled.", f"GET {_ROOT}"),
    rule("cluster:extension:root:create", MEMBER, "Enable root.", f"POST {_ROOT}"),
]

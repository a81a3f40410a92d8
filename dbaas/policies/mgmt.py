"""What only administrators see and do (Trove has no rules for these, but a fixed check)."""

from dbaas.policies.base import ADMIN, rule

_INSTANCES = "/mgmt/instances"
_INSTANCE = f"{_INSTANCES}/{{instance_id}}"
_VERSIONS = "/mgmt/datastore-versions"
_VERSION = f"{_VERSIONS}/{{version}}"
_PARAMETERS = "/mgmt/datastores/versions/{version}/parameters"
_PARAMETER = f"{_PARAMETERS}/{{name}}"
_CLUSTERS = "/mgmt/clusters"

RULES = [
    rule("mgmt:instance:index", ADMIN, "List all instances.", f"GET {_INSTANCES}"),
    rule("mgmt:instance:show", ADMIN, "Show any instance.", f"GET {_INSTANCE}"),
    rule("mgmt:instance:action", ADMIN, "Act on any instance.", f"POST {_INSTANCE}/action"),
    rule("mgmt:instance:root", ADMIN, "Show who enabled root.", f"GET {_INSTANCE}/root"),
    rule("mgmt:instance:hwinfo", ADMIN, "Show the hardware.", f"GET {_INSTANCE}/hwinfo"),
    rule("mgmt:instance:diagnostics", ADMIN, "Diagnose it.", f"GET {_INSTANCE}/diagnostics"),
    rule("mgmt:instance:rpc_ping", ADMIN, "Ping its guest.", f"GET {_INSTANCE}/rpc_ping"),
    rule("mgmt:instance:upgrade", ADMIN, "Upgrade its guest.", f"POST {_INSTANCE}/upgrade"),
    rule("mgmt:cluster:index", ADMIN, "List all clusters.", f"GET {_CLUSTERS}"),
    rule("mgmt:cluster:show", ADMIN, "Show any cluster.", f"GET {_CLUSTERS}/{{cluster_id}}"),
    rule(
        "mgmt:cluster:action",
        ADMIN,
        "Act on any cluster.",
        f"POST {_CLUSTERS}/{{cluster_id}}/action",
    ),
    rule("mgmt:datastore_version:index", ADMIN, "List all versions.", f"GET {_VERSIONS}"),
    rule("mgmt:datastore_version:create", ADMIN, "Create a version.", f"POST {_VERSIONS}"),
    rule("mgmt:datastore_version:show", ADMIN, "Show a version.", f"GET {_VERSION}"),
    rule("mgmt:datastore_version:update", ADMIN, "Change a version.", f"PATCH {_VERSION}"),
    rule("mgmt:datastore_version:delete", ADMIN, "Delete a version.", f"DELETE {_VERSION}"),
    rule("mgmt:parameter:index", ADMIN, "List parameters.", f"GET {_PARAMETERS}"),
    rule("mgmt:parameter:create", ADMIN, "Create a parameter.", f"POST {_PARAMETERS}"),
    rule("mgmt:parameter:show", ADMIN, "Show a parameter.", f"GET {_PARAMETER}"),
    rule("mgmt:parameter:update", ADMIN, "Change a parameter.", f"PUT {_PARAMETER}"),
    rule("mgmt:parameter:delete", ADMIN, "Delete a parameter.", f"DELETE {_PARAMETER}"),
]

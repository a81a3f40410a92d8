"""Configuration groups and the parameters they may set."""

from dbaas.policies.base import MEMBER, READER, rule

_ONE = "/configurations/{configuration_id}"
_OF_VERSION = "/datastores/{datastore}/versions/{version}/parameters"
_BY_ID = "/datastores/versions/{version}/parameters"
_PARAMETER = "configuration-parameter"

RULES = [
    rule("configuration:index", READER, "List configurations.", "GET /configurations"),
    rule("configuration:create", MEMBER, "Create a configuration.", "POST /configurations"),
    rule("configuration:show", READER, "Show a configuration.", f"GET {_ONE}"),
    rule("configuration:instances", READER, "List its instances.", f"GET {_ONE}/instances"),
    rule("configuration:update", MEMBER, "Replace a configuration.", f"PUT {_ONE}"),
    rule("configuration:edit", MEMBER, "Change a configuration.", f"PATCH {_ONE}"),
    rule("configuration:delete", MEMBER, "Delete a configuration.", f"DELETE {_ONE}"),
    rule(f"{_PARAMETER}:index", READER, "List parameters.", f"GET {_OF_VERSION}"),
    rule(f"{_PARAMETER}:show", READER, "Show a parameter.", f"GET {_OF_VERSION}/{{name}}"),
    rule(f"{_PARAMETER}:index_by_version", READER, "List parameters.", f"GET {_BY_ID}"),
    rule(f"{_PARAMETER}:show_by_version", READER, "Show a parameter.", f"GET {_BY_ID}/{{name}}"),
]

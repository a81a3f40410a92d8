"""Datastores and their versions."""

from dbaas.policies.base import ADMIN, ANY_READER, rule

_ONE = "/datastores/{datastore}"
_VERSION = f"{_ONE}/versions/{{version}}"
_BY_ID = "/datastores/versions/{version}"

RULES = [
    rule("datastore:index", ANY_READER, "List datastores.", "GET /datastores"),
    rule("datastore:show", ANY_READER, "Show a datastore.", f"GET {_ONE}"),
    rule("datastore:delete", ADMIN, "Delete a datastore.", f"DELETE {_ONE}"),
    rule("datastore:version_index", ANY_READER, "List versions.", f"GET {_ONE}/versions"),
    rule("datastore:version_show", ANY_READER, "Show a version.", f"GET {_VERSION}"),
    rule("datastore:version_show_by_uuid", ANY_READER, "Show a version.", f"GET {_BY_ID}"),
    rule(
        "datastore:list_associated_flavors",
        ANY_READER,
        "List the flavors a version can have.",
        f"GET {_VERSION}/flavors",
    ),
    rule(
        "datastore:list_associated_volume_types",
        ANY_READER,
        "List the volume types a version can have.",
        f"GET {_VERSION}/volume-types",
    ),
]

"""The root user."""

from dbaas.api.schemas.users import PASSWORD

ENABLE = {
    "type": ["object", "null"],
    "properties": {"password": {**PASSWORD, "type": ["string", "null"]}},
    "additionalProperties": False,
}
"""An empty body makes a password."""

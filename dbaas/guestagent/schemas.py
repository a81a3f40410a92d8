"""The shapes of what a guest is asked; names and values are the engine's to judge."""

from typing import Any

import jsonschema

from dbaas.rpc.guest import Refused

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "maxLength": 1024}
_MAYBE_TEXT: Schema = {"type": ["string", "null"], "maxLength": 1024}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "maxItems": 10_000}


_DATABASES = _list(
    _object({"name": _TEXT}, {"character_set": _MAYBE_TEXT, "collate": _MAYBE_TEXT})
)
_USERS = _list(
    _object(
        {"name": _TEXT, "password": _TEXT},
        {"host": _MAYBE_TEXT, "databases": _list(_object({"name": _TEXT}))},
    )
)
_ACCOUNT = {"name": _TEXT, "host": _TEXT}

_SIZE: Schema = {"type": "integer", "minimum": 1}
"""GiB."""

JOBS: dict[str, Schema] = {
    "prepare": _object(
        {"version_number": _TEXT, "databases": _DATABASES, "users": _USERS},
        {"volume_is_new": {"type": "boolean"}},
    ),
    "restart": _object({}),
    "grow_volume": _object({}, {"size": _SIZE}),
    "release_volume": _object({}),
    "take_volume": _object({}, {"size": _SIZE}),
}

METHODS: dict[str, Schema] = {
    "ping": _object({}),
    "start_job": _object(
        {"name": _TEXT, "kind": {"enum": list(JOBS)}, "args": {"type": "object"}}
    ),
    "get_job": _object({"name": _TEXT}),
    "create_databases": _object({"databases": _DATABASES}),
    "drop_database": _object({"name": _TEXT}),
    "create_users": _object({"users": _USERS}),
    "drop_user": _object(_ACCOUNT),
    "update_user": _object(
        {
            **_ACCOUNT,
            "changes": _object({}, {key: _MAYBE_TEXT for key in ("name", "host", "password")}),
        }
    ),
    "set_passwords": _object({"users": _USERS}),
    "grant": _object({**_ACCOUNT, "databases": _list(_TEXT)}),
    "revoke": _object({**_ACCOUNT, "database": _TEXT}),
    "enable_root": _object({}, {"password": _MAYBE_TEXT}),
    "disable_root": _object({}),
}


def check(schema: Schema, value: object) -> None:
    """Raises Refused; its text shows no values, since some are passwords."""
    errors = jsonschema.Draft202012Validator(schema).iter_errors(value)
    if first := next(errors, None):
        where = ".".join(str(step) for step in first.absolute_path) or "the arguments"
        raise Refused("invalid", f"{where} have the wrong shape ({first.validator})")

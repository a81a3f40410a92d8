"""What several nouns share."""

from typing import Any

Schema = dict[str, Any]

UNLISTED = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "description": "must have 1 to 255 characters",
}

NAME = {
    "type": "string",
    "maxLength": 255,
    "pattern": r"\A[^\x00-\x1f\x7f]*[^\W_][^\x00-\x1f\x7f]*\Z",
    "description": "must have 1 to 255 characters, a letter or digit among them, "
    "and no control characters",
}
"""Of things of ours: instances, versions."""


def closed(properties: Schema, *required: str, **more: Any) -> Schema:
    """An object that takes no other keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def one_or_many(item: Schema, **more: Any) -> Schema:
    """A list of `item`, or a single one (which openstacksdk sends)."""
    return {**item, "type": ["array", "object"], "items": item, **more}


def wrapped(key: str, schema: Schema) -> Schema:
    return closed({key: schema}, key)


def as_list(value: Any) -> list[Any]:
    """What `one_or_many` let in, as a list."""
    return value if isinstance(value, list) else [value]

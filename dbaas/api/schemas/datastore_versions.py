"""Datastore versions, as administrators make them."""

from dbaas.api.schemas.common import NAME, closed, wrapped

MANAGERS = ("mysql",)
"""The guest agent's managers of this release."""

_BOOLEAN = {"enum": [True, False, "true", "false"]}
_TEXT = {
    "type": ["string", "null"],
    "maxLength": 255,
    "pattern": r"\A[^\x00-\x1f\x7f]*\Z",
    "description": "must have 255 characters at most, no control characters",
}
_ID = {
    "type": ["string", "null"],
    "pattern": r"\A[A-Za-z0-9_.:-]{0,36}\Z",
    "description": "must be an image's id",
}
_TAGS = {
    "type": ["array", "null"],
    "items": {"type": "string", "maxLength": 255},
    "maxItems": 5,
    "uniqueItems": True,
}
_PACKAGES = {"type": ["array", "null"], "items": {"type": "string", "maxLength": 255}}
_COMMON = {
    "name": NAME,
    "datastore_manager": {"enum": list(MANAGERS)},
    "active": _BOOLEAN,
    "default": _BOOLEAN,
    "image": _ID,
    "image_tags": _TAGS,
    "packages": _PACKAGES,
    "registry_ext": _TEXT,
    "repl_strategy": _TEXT,
}

CREATE = wrapped(
    "version",
    closed(
        {**_COMMON, "datastore_name": NAME, "version": {**NAME, "type": ["string", "null"]}},
        "name",
        "datastore_name",
        "datastore_manager",
        "active",
    ),
)

UPDATE = closed(_COMMON, minProperties=1)
"""Flat, unlike all others."""

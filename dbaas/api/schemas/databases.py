"""Databases of an instance."""

from dbaas.api.schemas.common import closed, one_or_many

RESERVED = frozenset({"mysql", "information_schema", "performance_schema", "sys"})

# Printable, no quotes, separators or slashes, no blanks at the ends.
_FORBIDDEN = r"\x00-\x1f\x7f'\";,/\\`"
DATABASE_NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "pattern": rf"\A(?!\s)[^{_FORBIDDEN}]+(?<!\s)\Z",
    "description": "must have 1 to 64 printable characters, no blanks at its ends and "
    "none of ' \" ; , / \\ `",
}
_WORD = {
    "type": ["string", "null"],
    "pattern": r"\A[A-Za-z0-9_]{1,64}\Z",
    "description": "must have 1 to 64 letters, digits or underscores",
}

DATABASE = closed({"name": DATABASE_NAME, "character_set": _WORD, "collate": _WORD}, "name")
DATABASES = one_or_many(DATABASE, minItems=1)

CREATE = closed({"databases": DATABASES, "database": DATABASES}, minProperties=1, maxProperties=1)
"""openstacksdk says `database`."""

"""Users of an instance, and what they may use."""

from dbaas.api.schemas.common import closed, one_or_many
from dbaas.api.schemas.databases import DATABASE_NAME

RESERVED = frozenset({"os_admin", "root"})
RESERVED_PREFIX = "mysql."

_FORBIDDEN = r"\x00-\x1f\x7f'\";,/\\`@"
USER_NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": 32,
    "pattern": rf"\A(?!\s)[^{_FORBIDDEN}]+(?<!\s)\Z",
    "description": "must have 1 to 32 printable characters, no blanks at its ends and "
    "none of ' \" ; , / \\ ` @",
}
HOST = {
    "type": ["string", "null"],
    "minLength": 1,
    "maxLength": 255,
    "pattern": r"\A%?[A-Za-z0-9_.():-]*%?\Z",
    "description": "must be a host name or an address, % may stand at its ends",
}
PASSWORD = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "pattern": r"\A[^\x00-\x1f\x7f]+\Z",
    "description": "must have 1 to 255 characters and no control characters",
}

GRANTS = {
    **one_or_many(closed({"name": DATABASE_NAME}, "name")),
    "uniqueItems": True,
}
_USER = {
    "name": USER_NAME,
    "password": PASSWORD,
    "host": HOST,
    "databases": GRANTS,
}
USERS = one_or_many(closed(_USER, "name", "password"), minItems=1)

CREATE = closed({"users": USERS, "user": USERS}, minProperties=1, maxProperties=1)

CHANGE_PASSWORDS = closed(
    {
        "users": one_or_many(
            closed({"name": USER_NAME, "password": PASSWORD, "host": HOST}, "name", "password"),
            minItems=1,
        )
    },
    "users",
)

UPDATE = closed(
    {"user": closed({"name": USER_NAME, "password": PASSWORD, "host": HOST}, minProperties=1)},
    "user",
)

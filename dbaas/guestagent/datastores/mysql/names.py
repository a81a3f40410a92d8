"""What names, hosts, passwords and character sets may be.

MySQL takes more than this, but not everything it takes comes back as it was: it strips blanks
at the end of a user's name when it starts, and hosts become lower case.
"""

import re
import unicodedata

from dbaas.rpc.guest import Refused

ADMIN = "os_admin"
_RESERVED_USERS = frozenset({ADMIN, "root"})
_RESERVED_DATABASES = frozenset({"mysql", "information_schema", "performance_schema", "sys"})
_HOST = re.compile(r"[a-z0-9%_.:-]{1,255}(/[0-9.]{1,15})?")
_WORD = re.compile(r"[a-z0-9_]{1,64}")
_NAME_LENGTH, _USER_LENGTH, _PASSWORD_LENGTH = 64, 32, 256


def is_reserved_user(name: str) -> bool:
    return name in _RESERVED_USERS or name.startswith("mysql.")


def is_reserved_database(name: str) -> bool:
    return name.lower() in _RESERVED_DATABASES


def database(name: str) -> str:
    _check_text("database", name, _NAME_LENGTH)
    if is_reserved_database(name):
        raise Refused("invalid", f"the database {name} belongs to the server")
    if name.lower().startswith("#mysql50#"):
        raise Refused("invalid", f"{name!r} is not a name for a database")
    return name


def user(name: str) -> str:
    _check_text("user", name, _USER_LENGTH)
    if is_reserved_user(name):
        raise Refused("invalid", f"the user {name} belongs to the server")
    return name


def host(value: str) -> str:
    value = value.lower()
    if not _HOST.fullmatch(value):
        raise Refused("invalid", f"{value[:80]!r} is not a host for a user")
    return value


def password(value: str) -> str:
    """The text never shows the password."""
    if not 0 < len(value) <= _PASSWORD_LENGTH or not _is_clean(value):
        raise Refused(
            "invalid",
            f"a password has 1 to {_PASSWORD_LENGTH} characters, none of them a control character",
        )
    return value


def word(kind: str, value: str | None) -> str | None:
    """The name of a character set or collation."""
    if value is None:
        return None
    if not _WORD.fullmatch(value.lower()):
        raise Refused("invalid", f"{value[:80]!r} is not a {kind}")
    return value.lower()


def _check_text(kind: str, name: str, length: int) -> None:
    good = 0 < len(name) <= length and name == name.strip() and _is_clean(name)
    if not good or any(ord(character) > 0xFFFF for character in name):
        raise Refused("invalid", f"{name[:80]!r} is not a name for a {kind}")


def _is_clean(text: str) -> bool:
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)

"""Making passwords, and keeping secrets sealed while they wait in the database.

The key comes from a file that the operator supplies (`[security] master_key_file`; one Fernet
key a line, the first seals, all unseal, so that keys can be rotated). There is no default.
"""

import json
import os
import secrets
import string
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

_ALPHABET = string.ascii_letters + string.digits


def generate_password(length: int = 36) -> str:
    """A password of letters and digits from the system's CSPRNG."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class MasterKeyMissing(Exception):
    """The key file is not set, not there or holds no key."""


class Vault:
    """Seals JSON values with the master key."""

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def from_file(cls, path: str | None) -> "Vault":
        """Raises MasterKeyMissing, saying what to do."""
        advice = "set [security] master_key_file to a file made by `dbaas-manage key create`"
        if not path:
            raise MasterKeyMissing(f"no master key is configured: {advice}")
        try:
            return cls(Path(path).read_text().split())
        except (OSError, ValueError) as error:
            raise MasterKeyMissing(f"no master key in {path} ({error}): {advice}") from error

    def seal(self, value: Any) -> str:
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def unseal(self, token: str) -> Any:
        return json.loads(self._fernet.decrypt(token.encode()))


def create_key_file(path: Path) -> None:
    """Write a new master key, readable by its owner only. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(Fernet.generate_key().decode() + "\n")

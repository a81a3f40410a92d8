"""Sealed secrets and the files of their keys."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken

from dbaas.secrets import MasterKeyMissing, Vault, create_key_file, generate_password


def _key() -> str:
    return Fernet.generate_key().decode()


@pytest.mark.parametrize(
    "value", [None, "text", {"users": [{"name": "ann", "password": "pass-ä"}]}, [], 1.5], ids=str
)
def test_what_was_sealed_is_unsealed(value: Any) -> None:
    vault = Vault([_key()])
    sealed = vault.seal(value)
    assert "pass" not in sealed
    assert vault.unseal(sealed) == value
    assert vault.seal(value) != sealed, "equal secrets do not look equal"


def test_rotation() -> None:
    old, new = _key(), _key()
    sealed_before = Vault([old]).seal("secret")
    both = Vault([new, old])
    assert both.unseal(sealed_before) == "secret"
    assert Vault([new]).unseal(both.seal("secret")) == "secret", "the first key seals"
    with pytest.raises(InvalidToken):
        Vault([new]).unseal(sealed_before)


def test_changed_secret_is_not_unsealed() -> None:
    vault = Vault([_key()])
    sealed = vault.seal("secret")
    with pytest.raises(InvalidToken):
        vault.unseal(sealed[:-4] + "AAA=")


def test_key_file(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    create_key_file(file)
    sealed = Vault.from_file(str(file)).seal("secret")
    assert Vault.from_file(str(file)).unseal(sealed) == "secret"


def test_key_file_is_not_readable_by_others_even_with_a_lax_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        create_key_file(tmp_path / "master.key")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_key_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    create_key_file(file)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        create_key_file(file)
    assert file.read_bytes() == before


def test_key_file_with_several_keys(tmp_path: Path) -> None:
    old, new = _key(), _key()
    file = tmp_path / "keys"
    file.write_text(f"{new}\n{old}\n\n")
    assert Vault.from_file(str(file)).unseal(Vault([old]).seal(1)) == 1


@pytest.mark.parametrize("content", [None, "", "\n", "not a key\n", "ÿ"], ids=str)
def test_missing_key_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    with pytest.raises(MasterKeyMissing, match="dbaas-manage key create") as caught:
        Vault.from_file(str(file))
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("path", [None, ""])
def test_no_key_configured(path: str | None) -> None:
    with pytest.raises(MasterKeyMissing, match="master_key_file"):
        Vault.from_file(path)


def test_passwords() -> None:
    made = {generate_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(word) == 36 and word.isalnum() and word.isascii() for word in made)
    assert len(generate_password(12)) == 12

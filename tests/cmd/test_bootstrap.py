"""`dbaas-manage bootstrap` where it can't even begin; tests/bootstrap has the rest."""

import json
from pathlib import Path

import pytest

from tests.cmd.test_manage import config, run

__all__ = ["config"]


@pytest.fixture(autouse=True)
def _no_cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OS_CLOUD", "OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD", "OS_PROJECT_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def _bootstrap(config: Path, *arguments: str) -> tuple[int, str, str]:
    folder = str(config.parent / "conf.d")
    ended = run(
        "manage", "--config-file", str(config), "bootstrap", "--config-dir", folder, *arguments
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_no_account_of_an_administrator(config: Path) -> None:
    code, _, error = _bootstrap(config, "--dry-run")
    assert code == 1
    assert error.startswith("dbaas-manage: no account of an administrator of the cloud: set OS_CL")
    assert "Traceback" not in error


def test_keystone_does_not_answer(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("OS_AUTH_URL", "http://127.0.0.1:1/v3"),
        ("OS_USERNAME", "admin"),
        ("OS_PASSWORD", "secret"),
        ("OS_PROJECT_NAME", "admin"),
        ("OS_USER_DOMAIN_NAME", "Default"),
        ("OS_PROJECT_DOMAIN_NAME", "Default"),
    ):
        monkeypatch.setenv(name, value)
    code, output, error = _bootstrap(config, "-f", "json")
    assert code == 1
    assert json.loads(output) == []
    assert error.splitlines()[-1].startswith("dbaas-manage: Keystone: ")
    assert "http://127.0.0.1:1/v3" in error
    assert "secret" not in error
    assert "Traceback" not in error

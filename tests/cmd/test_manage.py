"""`dbaas-manage` as an operator runs it."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dbaas.db import schema, services
from dbaas.db.database import Database


def run(module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of ours in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", f"dbaas.cmd.{module}", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "dbaas.conf"
    file.write_text(
        f"[database]\nconnection = sqlite:///{tmp_path}/dbaas.sqlite\n"
        f"[security]\nmaster_key_file = {tmp_path}/master.key\n"
    )
    return file


def test_db_sync_and_version(config: Path) -> None:
    version = run("manage", "--config-file", str(config), "db", "version")
    assert (version.returncode, version.stdout) == (0, "no schema yet; run dbaas-manage db sync\n")

    for _ in range(2):
        sync = run("manage", "--config-file", str(config), "db", "sync")
        assert (sync.returncode, sync.stdout) == (0, f"{schema.head()}\n"), sync.stderr

    version = run("manage", "--config-file", str(config), "db", "version")
    assert version.stdout == f"{schema.head()}\n"


def test_db_without_a_connection(tmp_path: Path) -> None:
    empty = tmp_path / "empty.conf"
    empty.touch()
    failed = run("manage", "--config-file", str(empty), "db", "sync")
    assert failed.returncode == 1
    assert failed.stderr == (
        "dbaas-manage: [database] connection is not set in the configuration file\n"
    )


def test_key_create(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    made = run("manage", "key", "create", str(file))
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    assert before.strip() not in made.stdout

    again = run("manage", "key", "create", str(file))
    assert again.returncode == 1
    assert again.stderr.startswith("dbaas-manage: ")
    assert "exists" in again.stderr
    assert file.read_text() == before


def test_service_list(config: Path, tmp_path: Path) -> None:
    listing = ("manage", "--config-file", str(config), "service", "list")
    assert "run dbaas-manage db sync" in run(*listing).stderr

    run("manage", "--config-file", str(config), "db", "sync")
    database = Database(f"sqlite:///{tmp_path}/dbaas.sqlite")
    database.write(lambda s: services.announce(s, "here-7", "here", 7, "1.0"))
    database.close()
    shown = run(*listing).stdout.splitlines()
    assert [word.strip() for word in shown[3].strip("|").split("|")][:3] == ["here-7", "up", "1.0"]
    (row,) = json.loads(run(*listing, "-f", "json").stdout)
    assert (row["host"], row["pid"], row["is_up"]) == ("here", 7, True)

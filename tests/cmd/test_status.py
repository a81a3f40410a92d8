"""`dbaas-status upgrade check` as an operator runs it."""

from pathlib import Path

from tests.cmd.test_manage import config, run

__all__ = ["config"]


def test_upgrade_check(config: Path, tmp_path: Path) -> None:
    check = ("status", "--config-file", str(config), "upgrade", "check")
    nothing_done = run(*check)
    assert nothing_done.returncode == 2, nothing_done.stderr
    words = " ".join(nothing_done.stdout.replace("|", " ").split())
    assert "run dbaas-manage db sync" in words
    assert "dbaas-manage key create" in words

    run("manage", "--config-file", str(config), "db", "sync")
    run("manage", "key", "create", str(tmp_path / "master.key"))
    all_done = run(*check)
    assert all_done.returncode == 0, all_done.stdout + all_done.stderr
    assert all_done.stdout.count("Result: Success") == 3


def test_upgrade_check_without_configuration(tmp_path: Path) -> None:
    empty = tmp_path / "empty.conf"
    empty.touch()
    failed = run("status", "--config-file", str(empty), "upgrade", "check")
    assert failed.returncode == 2
    assert "[database] connection is not set" in " ".join(failed.stdout.split())

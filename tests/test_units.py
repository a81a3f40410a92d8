"""The units in etc/systemd, as systemd itself reads them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
UNITS = sorted((Path(__file__).parents[1] / "etc" / "systemd").glob("*.service"))

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def _analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, timeout=120
    )


def _installed(unit: Path, folder: Path) -> Path:
    """The unit as it is, but for where our commands are."""
    copy = folder / unit.name
    copy.write_text(unit.read_text().replace("/opt/dbaas/bin", str(BIN)))
    return copy


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_it(unit: Path, tmp_path: Path) -> None:
    done = _analyze("verify", "--man=no", str(_installed(unit, tmp_path)))
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_is_hardened(unit: Path, tmp_path: Path) -> None:
    """Out of 100; without any settings it would be 96."""
    copy = _installed(unit, tmp_path)
    done = _analyze("security", "--offline=true", "--threshold=25", str(copy))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def test_there_are_some() -> None:
    assert {"dbaas-api.service", "dbaas-taskmanager.service"} <= {unit.name for unit in UNITS}

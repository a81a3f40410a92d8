"""The sample files in etc/ say what the code says now. Otherwise: script/samples."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "etc" / "dbaas"


def _generate(generator: str, *options: str) -> str:
    command = [str(ROOT / ".venv" / "bin" / generator), "--namespace", "dbaas", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_configuration() -> None:
    """Our own part of each group; the other parts change with oslo's releases."""
    sample = (SAMPLES / "dbaas.conf.sample").read_text()
    parts = _generate("oslo-config-generator", "--wrap-width", "79").split("#\n# From dbaas\n#\n")[
        1:
    ]
    assert len(parts) > 4
    for part in parts:
        assert part.split("\n\n\n[")[0].rstrip() in sample


def test_policy() -> None:
    assert _generate("oslopolicy-sample-generator") == (SAMPLES / "policy.yaml.sample").read_text()

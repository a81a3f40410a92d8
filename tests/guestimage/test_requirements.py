"""The pinned packages are what the agent imports: all of it, and nothing of the control plane."""

import re
import subprocess
import sys
from importlib import resources

_IMPORTED = """
import sys
from importlib import metadata
import dbaas.cmd.guestagent
import dbaas.guestagent.datastores.mysql
from dbaas import conf as options
from dbaas.rpc import transport
conf = options.load_guest([])
options.setup_logging(conf)
conf.set_override("transport_url", "rabbit://guest:none@127.0.0.1:1/")
transport.connect(conf)
owners = metadata.packages_distributions()
files = {name.split(".")[0] for name, each in sys.modules.items() if getattr(each, "__file__", "")}
print(*sorted({owner for name in files for owner in owners.get(name, [])}))
"""
_BY_THE_WAY = {"bcrypt", "dbaas", "setuptools"}
"""Ourselves, and what is imported only where it happens to be installed."""


def _name(text: str) -> str:
    return re.sub("[-_.]+", "-", text).lower()


def _pins() -> set[str]:
    text = (resources.files("dbaas.guestimage") / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    return {_name(line.partition("==")[0]) for line in lines}


def test_the_pins_are_what_an_agent_imports() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED], check=True, capture_output=True, text=True
    )
    assert {_name(each) for each in done.stdout.split()} - _BY_THE_WAY == _pins()


def test_the_control_plane_is_not_among_them() -> None:
    heavy = {
        "alembic",
        "keystoneauth1",
        "keystonemiddleware",
        "openstacksdk",
        "pecan",
        "sqlalchemy",
    }
    assert _pins() & heavy == set()

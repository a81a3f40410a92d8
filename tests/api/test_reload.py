"""Options that are marked as mutable take effect without a restart."""

from pathlib import Path
from typing import Any

import pytest
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.taskmanager.operations.create_instance import CreateInstance
from dbaas.taskmanager.operations.restart_instance import RestartInstance
from tests.api.harness import NETWORK, Api, identify

MUTABLE = [
    (module.GROUP or "DEFAULT", option)
    for module in dbaas_conf.MODULES
    for option in module.OPTS
    if option.mutable
]


class File:
    """A configuration file, and what was read from it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.write("")
        self.conf: cfg.ConfigOpts = dbaas_conf.load(files=[str(path)])

    def write(self, line: str, group: str = "DEFAULT") -> None:
        self._path.write_text(f"[DEFAULT]\ntransport_url = fake://\n[{group}]\n{line}\n")

    def change(self, line: str, group: str = "DEFAULT") -> None:
        self.write(line, group)
        self.conf.mutate_config_files()


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "dbaas.conf")


@pytest.mark.parametrize(("group", "option"), MUTABLE, ids=lambda value: str(value))
def test_a_mutable_option_changes(file: File, group: str, option: Any) -> None:
    new = "other" if option.default is None else option.default + 1
    file.change(f"{option.name} = {new}", group)
    values = file.conf if group == "DEFAULT" else getattr(file.conf, group)
    assert values[option.name] == new


@pytest.fixture
def changing(api: Api, file: File) -> Api:
    """An API that reads the file."""
    api.conf = file.conf
    api.app = build_app(file.conf, api.database, api.transport, api.vault, identify)
    return api


NICS = [{"net-id": NETWORK}]


def test_pages_change(changing: Api, file: File) -> None:
    one, _ = changing.create_active(nics=NICS), changing.create(nics=NICS)
    places = {
        "instances": "/instances",
        "events": f"/instances/{one}/events",
        "users": f"/instances/{one}/users",
        "databases": f"/instances/{one}/databases",
    }
    changing.ask("POST", places["users"], {"users": [_user("ada"), _user("bob")]})
    changing.ask("POST", places["databases"], {"databases": [{"name": "a"}, {"name": "b"}]})
    for noun, place in places.items():
        assert len(changing.ask("GET", place).json[noun]) > 1, noun
        file.change(f"{noun}_page_size = 1")
        assert len(changing.ask("GET", place).json[noun]) == 1, noun


def _user(name: str) -> dict[str, str]:
    return {"name": name, "password": "x1y2z3w4"}


@pytest.mark.parametrize("noun", ["instances", "ram", "volumes", "backups"])
def test_default_quotas_change(changing: Api, file: File, noun: str) -> None:
    file.change(f"max_{noun}_per_tenant = 3")
    quotas = changing.ask("GET", "/mgmt/quotas/alpha").json["quotas"]
    assert {row["resource"]: row["limit"] for row in quotas}[noun] == 3


def test_what_an_order_may_be_changes(changing: Api, file: File) -> None:
    order = changing.order(nics=NICS, volume={"size": 5})
    file.change("max_accepted_volume_size = 4")
    assert changing.ask("POST", "/instances", order).status_int == 400
    file.change("max_accepted_volume_size = 5\ndefault_datastore = none-such")
    assert "none-such" in changing.ask("POST", "/instances", order).text
    file.change("default_datastore = mysql")
    assert changing.ask("POST", "/instances", order).status_int == 200


def test_time_outs_change(file: File) -> None:
    file.change("usage_timeout = 77")
    assert CreateInstance.timeout(file.conf) == 77
    file.change("restart_timeout = 78", "taskmanager")
    assert RestartInstance.timeout(file.conf) == 78


def test_what_is_not_mutable_stays(file: File) -> None:
    file.change("bind_port = 1234")
    assert file.conf.bind_port == 8779

"""The files that are laid over the distribution's say what the rest of the code relies on."""

import configparser
import json
from importlib import resources
from pathlib import Path

import yaml

from dbaas.drivers.openstack.user_data import GUEST_CONF

ROOT = Path(str(resources.files("dbaas.guestimage") / "root"))
SYSTEM = ROOT / "etc/systemd/system"
AGENT = SYSTEM / "guest-agent.service"


def _unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path)
    return parser


def test_the_agent_reads_what_the_driver_writes() -> None:
    unit = _unit(AGENT)
    assert unit["Unit"]["ConditionPathExists"] == GUEST_CONF
    assert unit["Service"]["ExecStart"].endswith(f"--config-file {GUEST_CONF}")
    for name in ("guest-config", "guest-config-network"):
        service = SYSTEM / f"{name}.service"
        assert _unit(service)["Unit"]["ConditionPathExists"] == f"!{GUEST_CONF}"
        assert service.name in unit["Unit"]["After"]


def test_the_agent_is_watched_and_closed() -> None:
    service = _unit(AGENT)["Service"]
    assert (service["Type"], service["Restart"]) == ("notify", "always")
    assert int(service["WatchdogSec"]) > 0
    assert service["ProtectSystem"] == "strict"
    assert "CAP_SYS_ADMIN" not in service["CapabilityBoundingSet"]
    assert {"/etc/dbaas", "/var/lib/dbaas", "/var/lib/dbaas-guest"} == set(
        service["ReadWritePaths"].split()
    )


def test_cloud_init_does_three_things_only() -> None:
    config = yaml.safe_load((ROOT / "etc/cloud/cloud.cfg").read_text())
    assert config["cloud_init_modules"] == ["write-files", "set_hostname", "ssh"]
    assert config["cloud_config_modules"] == config["cloud_final_modules"] == []
    assert config["network"] == {"config": "disabled"}


def test_nothing_goes_over_the_management_network_but_what_is_there() -> None:
    network = _unit(ROOT / "etc/systemd/network/20-management.network")
    assert network["Match"]["Name"] == "eth1"
    options = network["DHCPv4"]
    assert (options["UseGateway"], options["UseDNS"], options["UseRoutes"]) == ("no", "no", "yes")
    assert options["RouteTable"] != "main"


def test_docker_keeps_off_the_tenants_networks() -> None:
    config = json.loads((ROOT / "etc/docker/daemon.json").read_text())
    assert config["bip"].startswith("198.18."), "a range that no network of a tenant has"


def test_what_must_be_replaced_is_there() -> None:
    assert "root=UUID=@UUID@ " in (ROOT / "boot/extlinux/extlinux.conf").read_text()

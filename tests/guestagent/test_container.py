"""How the database's container is run: closed, limited, and without secrets."""

import json
import os
from pathlib import Path
from typing import Any

import docker
import pytest

from dbaas.guestagent.container_spec import Placement
from dbaas.guestagent.errors import ContainerError
from tests.guestagent.conftest import MakeNode
from tests.guestagent.nodes import LABEL, Node, container


def test_the_container_may_do_little(shared_node: Node) -> None:
    seen = shared_node.container.attrs
    host: dict[str, Any] = seen["HostConfig"]
    assert seen["Config"]["User"] == "mysql"
    assert host["Privileged"] is False
    assert host["ReadonlyRootfs"] is True
    assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["IpcMode"] == "private"
    assert host["Memory"] == host["MemorySwap"] == 512 * 2**20
    assert host["PidsLimit"] > 0
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert host["LogConfig"]["Config"]["max-size"]
    assert seen["Config"]["Labels"]["dbaas.node"] == shared_node.id
    assert seen["Config"]["Labels"][LABEL] == "guestagent"


def test_docker_and_the_log_show_no_secret(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    root = node.call("enable_root")["password"]
    node.call("create_users", users=[{"name": "bo", "password": "very-secret"}])
    state = Path(node.options.state_dir)
    admin = (state / "admin-password").read_text()
    shown = json.dumps(node.container.attrs) + node.container.logs().decode() + caplog.text
    for top in node.container.top()["Processes"]:
        shown += " ".join(top)
    for secret in (root, "very-secret", admin, "first pa'ss"):
        assert secret not in shown
    assert b"very-secret" not in (state / "jobs.sqlite").read_bytes()
    assert b"first pa'ss" not in (state / "jobs.sqlite").read_bytes()


def test_what_the_first_start_needed_is_gone(shared_node: Node) -> None:
    state = Path(shared_node.options.state_dir)
    assert [(one.name, one.stat().st_size) for one in (state / "first-start").iterdir()] == [
        ("root-password", 0)
    ]
    assert state.stat().st_mode & 0o777 == 0o700
    assert (state / "admin-password").stat().st_mode & 0o777 == 0o600


def test_another_nodes_container_is_left_alone(shared_node: Node, make_node: MakeNode) -> None:
    node = make_node(container=shared_node.name, volume="dbaas-test-none")
    node.start()
    assert "exists that is not this node's" in node.prepare()["reason"]
    assert shared_node.call("ping")["status"] == "HEALTHY"


def test_processors_are_those_of_the_machine(shared_node: Node) -> None:
    conf = shared_node.broker.conf()
    conf.set_override("vcpus", 1000, "guest")
    assert Placement(conf.guest, 2).limits()["nano_cpus"] == 2_000_000_000
    conf.set_override("vcpus", 1, "guest")
    assert Placement(conf.guest, 2).limits()["nano_cpus"] == 1_000_000_000
    conf.set_override("vcpus", 0, "guest")
    assert "nano_cpus" not in Placement(conf.guest, 2).limits()


def test_without_docker_it_says_so(
    shared_node: Node, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    seen = container(shared_node.conf)
    with pytest.raises(ContainerError, match="Docker does not answer"):
        seen.state()
    seen.close()


def test_a_mounted_folder_a_network_and_a_published_port(
    make_node: MakeNode, tmp_path: Path
) -> None:
    """As in a VM: the data lies in a folder, and clients come in through a port of the host."""
    engine = docker.from_env()
    pool = docker.types.IPAMPool(subnet="198.18.251.0/24")
    network = engine.networks.create(
        f"dbaas-test-{os.getpid()}",
        ipam=docker.types.IPAMConfig(pool_configs=[pool]),
        labels={LABEL: "guestagent"},
    )
    try:
        folder = tmp_path / "volume"
        (folder / "lost+found").mkdir(parents=True)
        node = make_node(
            volume=str(folder),
            docker_network=network.name,
            address="198.18.251.7",
            publish_address="127.87.99.3",
            vcpus=1,
            state_dir=str(tmp_path / ("long-" * 20)),
        )
        node.start()
        job = node.prepare(users=[{"name": "bo", "password": "one"}])
        assert job["state"] == "succeeded", job
        assert node.address == "198.18.251.7"
        assert node.can_login("bo", "one")
        assert node.call("ping")["volume_used"] > 1_000_000
        assert (folder / "data" / "ibdata1").exists()
        assert (folder / "data").stat().st_uid != 0
        node.close()
    finally:
        network.remove()
        engine.close()

"""A guest that boots from the image, in a true virtual machine, and lives.

Slow: only where DBAAS_TEST_GUEST_IMAGE names an image of `dbaas-image build`, with the database
image that the other tests use too. Needs RabbitMQ, QEMU and genisoimage.
"""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oslo_messaging
import pytest
import yaml

from dbaas import conf as dbaas_conf
from dbaas.drivers.openstack.user_data import GUEST_CONF, as_ini
from dbaas.rpc import transport as rpc_transport
from dbaas.rpc.guest import GuestClient, Unreachable
from tests.functional.waiting import until
from tests.guestagent.nodes import image
from tests.guestimage.machine import (
    BROKER_HOST,
    TENANT_ADDRESS,
    VOLUME,
    Machine,
    needed_programs,
)

IMAGE = os.environ.get("DBAAS_TEST_GUEST_IMAGE")
RABBIT = os.environ.get("DBAAS_TEST_RABBIT_URL", "")
MIB, GIB = 1 << 20, 1 << 30
_BOOT, _JOB = 600, 900
_DATA = "/var/lib/dbaas/data"

pytestmark = pytest.mark.skipif(not IMAGE, reason="DBAAS_TEST_GUEST_IMAGE is not set")


@dataclass
class Guest:
    machine: Machine
    node_id: str
    client: GuestClient

    def call(self, method: str, **arguments: Any) -> Any:
        return self.client.call(self.node_id, method, **arguments)

    def until_answers(self) -> dict[str, Any]:
        return until(self._ping, f"an answer; {self.machine.console()[-2000:]}", _BOOT)

    def until_healthy(self) -> None:
        until(
            lambda: (self._ping() or {}).get("status") == "HEALTHY",
            f"a healthy database; {self.machine.console()[-2000:]}",
            _JOB,
        )

    def job(self, kind: str, **arguments: Any) -> dict[str, Any]:
        name = uuid.uuid4().hex
        self.call("start_job", name=name, kind=kind, args=arguments)
        return until(lambda: self._end(name), f"the end of {kind}", _JOB)

    def _ping(self) -> dict[str, Any] | None:
        assert self.machine.process is not None
        assert self.machine.process.ended is None, self.machine.process.said()
        try:
            report: dict[str, Any] = self.call("ping")
        except Unreachable:
            return None
        return report

    def _end(self, name: str) -> dict[str, Any] | None:
        """Not asked too often: the guest has slow processors, and the database needs them."""
        time.sleep(2)
        try:
            job: dict[str, Any] = self.call("get_job", name=name)
        except Unreachable:
            return None
        return job if job["state"] != "running" else None


@pytest.fixture(scope="module")
def messages() -> Iterator[oslo_messaging.Transport]:
    assert RABBIT, "DBAAS_TEST_RABBIT_URL is not set"
    conf = dbaas_conf.load(files=[])
    conf.set_override("transport_url", RABBIT)
    conf.set_override("control_exchange", f"guest-{uuid.uuid4().hex}")
    transport = rpc_transport.connect(conf)
    yield transport
    transport.cleanup()


@pytest.fixture(scope="module")
def guest(
    messages: oslo_messaging.Transport, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guest]:
    """It has booted, and its database was made."""
    assert IMAGE
    assert needed_programs() == []
    node_id = str(uuid.uuid4())
    user_data = _user_data(node_id, messages.conf.control_exchange)
    machine = Machine(tmp_path_factory.mktemp("guest"), Path(IMAGE), user_data, 1)
    machine.start()
    try:
        made = Guest(machine, node_id, GuestClient(messages, 30))
        started = time.monotonic()
        made.until_answers()
        answered, work = time.monotonic(), machine.processor_seconds()
        print(f"\nto an answer {answered - started:.0f} s, of processors {work:.0f} s")
        _prepare(made)
        prepared, work = time.monotonic(), machine.processor_seconds() - work
        print(f"to prepare {prepared - answered:.0f} s, of processors {work:.0f} s")
        yield made
    finally:
        machine.kill()


def _user_data(node_id: str, exchange: str) -> str:
    groups = {
        "DEFAULT": {
            "transport_url": RABBIT.replace("127.0.0.1", BROKER_HOST),
            "control_exchange": exchange,
        },
        "guest": {
            "node_id": node_id,
            "datastore": "mysql",
            "repository": image()[0],
            "volume": _DATA,
            "device": f"/dev/disk/by-id/virtio-{VOLUME[:20]}",
            "publish_address": TENANT_ADDRESS,
        },
    }
    file = {
        "path": GUEST_CONF,
        "owner": "root:root",
        "permissions": "0600",
        "content": as_ini(groups),
    }
    return "#cloud-config\n" + yaml.safe_dump({"write_files": [file]})


def _prepare(guest: Guest) -> None:
    job = guest.job(
        "prepare",
        version_number=image()[1],
        volume_is_new=True,
        databases=[{"name": "testdb"}],
        users=[{"name": "bo", "password": "pa ss", "databases": [{"name": "testdb"}]}],
    )
    assert job["state"] == "succeeded", job


def _databases(guest: Guest) -> set[str]:
    with guest.machine.login("bo", "pa ss") as connection, connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES")
        return {str(name) for (name,) in cursor.fetchall()}


def test_a_tenant_logs_in_over_its_network(guest: Guest) -> None:
    assert "testdb" in _databases(guest)


def test_the_data_lies_on_the_volume_and_little_else_is_open(guest: Guest) -> None:
    guest.machine.until_ssh()
    say = guest.machine.ssh
    assert say(f"findmnt -n -o SOURCE,FSTYPE {_DATA}").split() == ["/dev/vdb", "ext4"]
    assert say("docker ps --format {{.Names}}").split() == ["database"]
    assert say(f"stat -c %a:%U {GUEST_CONF}").strip() == "600:root"
    assert say("hostname").strip() == "my-db"
    assert f"{TENANT_ADDRESS}:3306" in say("docker port database")
    assert int(say("df --output=size -B1 / | tail -1")) > 7 * GIB, "the root fills the disk"
    score = say("systemd-analyze security --no-pager guest-agent.service").split("level for")[1]
    assert float(score.split(":")[1].split()[0]) < 3


def test_management_and_tenant_traffic_keep_apart(guest: Guest) -> None:
    say = guest.machine.ssh
    assert "dev eth1" in say(f"ip route get {BROKER_HOST}")
    assert "default" not in say("ip route show dev eth1; ip route show table all dev eth1")


def test_an_agent_that_is_killed_comes_back(guest: Guest) -> None:
    before = guest.machine.ssh("systemctl show -p MainPID --value guest-agent").strip()
    guest.machine.ssh("systemctl kill -s KILL guest-agent")
    guest.until_healthy()
    assert guest.machine.ssh("systemctl show -p MainPID --value guest-agent").strip() != before


def test_the_volume_grows_while_the_database_runs(guest: Guest) -> None:
    guest.machine.grow_volume(2)
    job = guest.job("grow_volume", size=2)
    assert job["state"] == "succeeded", job
    assert int(guest.machine.ssh(f"df --output=size -B1 {_DATA} | tail -1")) > 1.8 * GIB
    assert "testdb" in _databases(guest)


def test_the_volume_can_be_released_and_taken_again(guest: Guest) -> None:
    assert guest.job("release_volume")["state"] == "succeeded"
    assert _DATA not in guest.machine.ssh("cat /proc/mounts")
    guest.machine.grow_volume(3)
    job = guest.job("take_volume", size=3)
    assert job["state"] == "succeeded", job
    assert int(guest.machine.ssh(f"df --output=size -B1 {_DATA} | tail -1")) > 2.8 * GIB
    assert "testdb" in _databases(guest)


def test_after_a_boot_with_more_memory_all_is_there_and_larger(guest: Guest) -> None:
    limit = "docker inspect -f {{.HostConfig.Memory}} database"
    before = int(guest.machine.ssh(limit))
    guest.machine.power_off()
    guest.machine.start(memory=3072)
    guest.until_answers()
    guest.until_healthy()
    guest.machine.until_ssh()
    assert int(guest.machine.ssh(limit)) > before + 512 * MIB
    assert "testdb" in _databases(guest)

"""The agent as a whole, over the broker and with a real database."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dbaas.guestagent import files
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.lock import holder
from dbaas.rpc.guest import Refused
from tests.guestagent.conftest import MakeNode
from tests.guestagent.nodes import LABEL, PATIENCE, Node, Report, image

PREPARE = {
    "databases": [{"name": "shop", "character_set": "latin1"}],
    "users": [{"name": "bo", "password": "pa ss", "databases": [{"name": "shop"}]}],
}


def test_prepare_makes_databases_and_users(node: Node) -> None:
    with node.login("anna", "first pa'ss", "first") as cursor:
        cursor.execute("SELECT DATABASE(), CURRENT_USER()")
        assert cursor.fetchall() == (("first", "anna@%"),)


def test_prepare_again_changes_nothing(node: Node) -> None:
    container, look = node.container.id, node.look()
    job = node.prepare(
        databases=[{"name": "first"}],
        users=[{"name": "anna", "password": "first pa'ss", "databases": [{"name": "first"}]}],
    )
    assert job["state"] == "succeeded"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", job["result"]["version"])
    assert node.container.id == container
    assert {**node.look(), "seq": 0} == {**look, "seq": 0}
    assert node.can_login("anna", "first pa'ss")


def test_a_healthy_database_is_reported(node: Node) -> None:
    report = node.call("ping")
    assert report["status"] == "HEALTHY"
    assert report["version"].startswith(node.version)
    assert report["volume_used"] > 1_000_000
    assert report["inventory"]["databases"][0] == {
        "name": "first",
        "character_set": "utf8mb4",
        "collate": "utf8mb4_0900_ai_ci",
    }
    assert report["inventory"]["users"] == [{"name": "anna", "host": "%", "databases": ["first"]}]
    assert report["inventory"]["root_enabled"] is False


def test_the_first_report_says_build(make_node: MakeNode) -> None:
    node = make_node()
    node.start()
    report = node.broker.mailbox.wait_for(node.id, lambda _: True)
    assert (report["status"], report["version"], report["jobs"]) == ("BUILD", None, {})
    with pytest.raises(Refused) as refused:
        node.call("create_databases", databases=[{"name": "one"}])
    assert refused.value.code == "not_ready"
    assert node.job("restart")["reason"] == "the database has not been made yet"


def test_a_restart_keeps_everything_and_is_answered_afterwards(node: Node) -> None:
    started, seq = node.container.attrs["State"]["StartedAt"], node.call("ping")["seq"]
    assert node.job("restart")["state"] == "succeeded"
    assert node.container.attrs["State"]["StartedAt"] > started
    assert node.can_login("anna", "first pa'ss", "first")
    node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "RESTARTING", seq)
    reports = [one for one in node.broker.mailbox.of(node.id) if one["seq"] > seq]
    assert {one["status"] for one in reports} <= {"RESTARTING", "HEALTHY"}


def test_a_change_made_by_the_tenant_is_reported(node: Node) -> None:
    seq = node.call("ping")["seq"]
    with node.login("anna", "first pa'ss", "first") as cursor:
        cursor.execute("DROP DATABASE first")
        cursor.execute("CREATE DATABASE first CHARACTER SET latin1")

    def shows_it(report: Report) -> bool:
        look = report["inventory"] or {"databases": []}
        return "latin1" in [row["character_set"] for row in look["databases"]]

    report = node.broker.mailbox.wait_for(node.id, shows_it, seq)
    assert report["status"] == "HEALTHY"
    with node.login("anna", "first pa'ss", "first") as cursor:
        cursor.execute("ALTER DATABASE first CHARACTER SET utf8mb4")


def test_a_stopped_database_is_reported_and_a_restart_brings_it_back(node: Node) -> None:
    seq = node.call("ping")["seq"]
    node.container.stop()
    report = node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "SHUTDOWN", seq)
    assert (report["version"], report["inventory"]) == (None, None)
    with pytest.raises(Refused) as refused:
        node.call("drop_user", name="anna", host="%")
    assert refused.value.code == "not_ready"
    node.container.remove(force=True)
    assert node.job("restart")["state"] == "succeeded"
    assert node.call("ping")["status"] == "HEALTHY"


def test_a_database_that_hangs_is_an_error(node: Node) -> None:
    node.container.pause()
    try:
        assert node.call("ping")["status"] == "ERROR"
    finally:
        node.container.unpause()


def test_a_restart_that_fails_says_why(node: Node) -> None:
    node.container.exec_run(["/bin/sh", "-c", "echo { >/var/lib/mysql/mysqld-auto.cnf"])
    job = node.job("restart")
    assert job["state"] == "failed"
    assert "the database does not come up: it exited with code" in job["reason"]
    assert "mysqld-auto.cnf" in job["reason"] or "persisted" in job["reason"].lower()
    node.once("rm /var/lib/mysql/mysqld-auto.cnf")
    assert node.job("restart")["state"] == "succeeded"


def test_another_version_than_asked_for_fails(node: Node) -> None:
    image = node.docker.images.get(f"{node.options.repository}:{node.version}")
    image.tag(node.options.repository, "1.2.3")
    try:
        job = node.prepare(version_number="1.2.3")
        assert job["state"] == "failed"
        assert re.fullmatch(
            r"version 1\.2\.3 was asked for, but the image runs \d+\.\d+\.\d+.*", job["reason"]
        )
    finally:
        assert node.prepare()["state"] == "succeeded"
        node.docker.images.remove(f"{node.options.repository}:1.2.3")
    assert node.can_login("anna", "first pa'ss", "first")


def test_an_image_that_cannot_be_pulled_is_named(make_node: MakeNode) -> None:
    node = make_node(repository="127.0.0.1:9/none")
    node.start()
    job = node.prepare()
    assert job["state"] == "failed"
    assert f"the image 127.0.0.1:9/none:{node.version} cannot be pulled: " in job["reason"]
    assert "refused" in job["reason"]
    assert node.call("ping")["status"] == "BUILD"


def test_a_database_without_enough_memory_says_so(make_node: MakeNode) -> None:
    node = make_node(memory=48)
    node.start()
    job = node.prepare()
    assert job["state"] == "failed"
    assert "it needs more memory than its flavor has" in job["reason"]


def _agent_process(node: Node, folder: Path) -> "subprocess.Popen[bytes]":
    lines = ["[DEFAULT]", "transport_url = fake://", "[guest]"]
    for key in ("node_id", "datastore", "repository", "state_dir", "container", "volume"):
        lines.append(f"{key} = {getattr(node.options, key)}")
    lines += ["memory = 512", "labels = dbaas.test:guestagent"]
    file = folder / "guest.conf"
    file.write_text("\n".join(lines))
    command = [sys.executable, "-m", "dbaas.cmd.guestagent", "--config-file", str(file)]
    return subprocess.Popen(command, stderr=(folder / "agent.log").open("w"))


def _leave_job(node: Node) -> None:
    """As an agent would that was killed before it began."""
    table = JobTable(files.folder(Path(node.options.state_dir)) / "jobs.sqlite")
    table.add("p", "prepare", {"version_number": node.version, **PREPARE})
    table.close()


@pytest.mark.parametrize("event", ["create", "start"])
def test_a_first_start_that_was_cut_short_ends_well(
    make_node: MakeNode, tmp_path: Path, event: str
) -> None:
    """The agent is killed, and with the second event the database half-way too."""
    node = make_node()
    _leave_job(node)
    events = node.docker.events(filters={"container": node.name, "event": event}, decode=True)
    process = _agent_process(node, tmp_path)
    next(events)
    process.kill()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    if event == "start":
        node.container.kill()
        node.once("rm -f /var/lib/mysql/initialising")
    node.start()
    job = node.job_end("p")
    assert job["state"] == "succeeded", job
    with node.login("bo", "pa ss", "shop") as cursor:
        cursor.execute("CREATE TABLE t (i INT)")
    assert node.broker.mailbox.wait_for(node.id, lambda one: one["status"] == "HEALTHY")


def test_a_process_ends_when_asked_and_leaves_the_database(node: Node, tmp_path: Path) -> None:
    process = _agent_process(node, tmp_path)
    while holder(tmp_path / "agent.pid") != process.pid:
        assert process.poll() is None, (tmp_path / "agent.log").read_text()
    second = _agent_process(node, tmp_path)
    assert second.wait(PATIENCE) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert node.can_login("anna", "first pa'ss")


def _with_a_foreign_database(make_node: MakeNode) -> Node:
    """A volume with a database that does not know our account, and a first start cut short."""
    node = make_node()
    state = files.folder(Path(node.options.state_dir))
    (state / "attempted").touch()
    half = node.docker.containers.run(
        "{}:{}".format(*image()),
        name=node.name,
        detach=True,
        environment={"MYSQL_ROOT_PASSWORD": "x"},
        volumes={node.name: {"bind": "/var/lib/mysql", "mode": "rw"}},
        labels={LABEL: "guestagent"},
    )
    for line in half.logs(stream=True):
        if b"ready for connections" in line and b"port: 3306" in line:
            break
    half.remove(force=True)
    node.start()
    return node


def test_a_half_made_database_is_made_anew(make_node: MakeNode) -> None:
    """What the official image leaves when it is killed: a database without our accounts."""
    node = _with_a_foreign_database(make_node)
    job = node.prepare(users=[{"name": "bo", "password": "one"}])
    assert job["state"] == "succeeded", job
    assert node.can_login("bo", "one")
    assert [user["name"] for user in node.look()["users"]] == ["bo"]


def test_a_volume_that_was_not_made_for_it_is_never_emptied(make_node: MakeNode) -> None:
    node = _with_a_foreign_database(make_node)
    job = node.prepare(volume_is_new=False)
    assert job["state"] == "failed", job
    assert "does not know its agent's account" in job["reason"]
    # Root's password is the one that the foreign database was made with.
    assert node.can_login("root", "x")

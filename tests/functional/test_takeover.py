"""Task managers and agents of their own die; another one, or the next one, goes on."""

import configparser
import os
import signal
from pathlib import Path

from tests.functional.process import Process
from tests.functional.split import RABBIT, Split
from tests.functional.waiting import until


def test_work_goes_on_whoever_dies(split: Split) -> None:
    split.stop_managers()
    survivor, instance_id = kill_the_task_manager_that_works(split)
    newcomer = split.add_manager()
    until(lambda: "The task manager runs" in newcomer.said(), "the newcomer")
    delete(split, instance_id)
    # Both cared for the agent that one of them has ended; the other one has to be well after it.
    (one_that_deleted,) = (
        one for one in (survivor, newcomer) if "step remove_server ended" in one.text()
    )
    one_that_deleted.stop()
    split.managers.remove(one_that_deleted)
    kill_the_agent(split)
    split.start_managers()


def kill_the_task_manager_that_works(split: Split) -> tuple[Process, str]:
    """The other one, which finished the create, and the instance."""
    both = [split.add_manager(mortal=True), split.add_manager(mortal=True)]
    split.plan.write_text("server")
    instance_id = split.http.create()
    until(lambda: [one for one in both if one.ended is not None], "the death of one of the two")
    (dead,) = (one for one in both if one.ended is not None)
    assert dead.ended == -signal.SIGKILL
    split.managers.remove(dead)
    split.http.until_ready(instance_id)
    steps = [row["step"] for row in split.http.events(instance_id) if row["step"] != "report"]
    assert len(steps) == len(set(steps)), "each step is told of once"
    assert name_of(split, instance_id) in split.engine.containers()
    (survivor,) = split.managers
    assert survivor.ended is None
    return survivor, instance_id


def kill_the_agent(split: Split) -> None:
    """While it sets up its database, and when it has nothing to do."""
    instance_id = split.http.create()
    name = until(lambda: name_of(split, instance_id), "its volume")
    until(lambda: name in split.engine.containers(), "its container")
    first = until(lambda: split.agent(name), "its agent")
    os.kill(first, signal.SIGKILL)
    split.http.until_ready(instance_id)
    second = until(lambda: split.agent(name), "the next agent")
    assert second != first

    os.kill(second, signal.SIGKILL)
    until(lambda: split.agent(name) not in (None, second), "one more agent")
    split.http.call("POST", f"/instances/{instance_id}/root")
    check_broker(split.folder / "local" / "servers" / name / "guest.conf")
    delete(split, instance_id)


def delete(split: Split, instance_id: str) -> None:
    name = name_of(split, instance_id)
    pid = split.agent(name)
    split.http.delete(instance_id)
    assert name not in split.engine.containers()
    assert name not in split.engine.volumes()
    assert not split.agent(name)
    assert not Path(f"/proc/{pid}").exists() or is_zombie(pid)


def is_zombie(pid: int | None) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def name_of(split: Split, instance_id: str) -> str:
    """What its container and volume are called; empty before there is a volume."""
    return str(split.http.instance(instance_id)["volume_id"] or "")


def check_broker(file: Path) -> None:
    """The agent talks over the real broker, and nobody but its owner reads how."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(file)
    assert parser["DEFAULT"]["transport_url"] == os.environ[RABBIT]
    assert file.stat().st_mode & 0o777 == 0o600

"""Guests for servers that Nova's fake driver only pretends to run.

Each gets what a booting server would get, its user data from Nova, and is a real guest agent
beside this machine's Docker engine; only what a virtual machine has of its own (the volume's
device, the tenant's address) is this machine's instead.
"""

import base64
import configparser
import contextlib
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.functional.process import Process, command

LABEL = "dbaas.stand-in"
_LOOK = 0.5
_FIRST_ADDRESS = 2


class StandIns:
    """Looks for servers in the zone, and starts and ends their guests.

    :param cloud: openstacksdk as an administrator
    """

    def __init__(self, cloud: Any, zone: str, folder: Path) -> None:
        self._cloud = cloud
        self._zone = zone
        self._folder = folder
        self._agents: dict[str, Process] = {}
        self._numbers = iter(range(_FIRST_ADDRESS, 250))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self.mute = False
        """Whether servers that boot from now on stay silent."""
        self._muted: set[str] = set()

    def __enter__(self) -> "StandIns":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        for server_id in list(self._agents):
            self._end(server_id)

    def _loop(self) -> None:
        while not self._stopping.wait(_LOOK):
            with contextlib.suppress(Exception):  # the cloud may be away: that is tested
                self._look()

    def _look(self) -> None:
        there = {server.id: server for server in self._servers()}
        for server_id in set(self._agents) - set(there):
            self._end(server_id)
        for server_id in set(there) - set(self._agents) - self._muted:
            if self.mute:
                self._muted.add(server_id)
            elif there[server_id].status == "ACTIVE":
                self._boot(there[server_id])

    def _servers(self) -> Iterator[Any]:
        for server in self._cloud.compute.servers(all_projects=True):
            if "dbaas_node" in server.metadata and server.availability_zone == self._zone:
                yield server

    def _boot(self, server: Any) -> None:
        name = server.metadata["dbaas_node"]
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "guest.conf"
        file.touch(mode=0o600)
        with file.open("w") as text:
            self._guest_conf(server, folder).write(text)
        agent = [command("dbaas-guestagent"), "--config-file", str(file)]
        self._agents[server.id] = Process(agent, folder / "agent.log")

    def _guest_conf(self, server: Any, folder: Path) -> configparser.ConfigParser:
        name = server.metadata["dbaas_node"]
        user_data = yaml.safe_load(base64.b64decode(server.user_data))
        (file,) = user_data["write_files"]
        conf = configparser.ConfigParser(interpolation=None)
        conf.read_string(file["content"])
        guest = conf["guest"]
        del guest["device"]
        guest["volume"] = name
        guest["state_dir"] = str(folder / "state")
        guest["container"] = name
        guest["labels"] = f"{LABEL}:yes"
        guest["publish_address"] = f"127.87.80.{next(self._numbers)}"
        guest["memory"] = "512"
        guest["probe_interval"] = "1"
        return conf

    def _end(self, server_id: str) -> None:
        agent = self._agents.pop(server_id)
        agent.kill()
        name = agent.log.parent.name
        for words in (["rm", "--force", name], ["volume", "rm", "--force", name]):
            subprocess.run(["docker", *words], check=False, capture_output=True)

    def address(self, node_name: str) -> str:
        """Where the database of a node listens instead of the tenant's address."""
        conf = configparser.ConfigParser(interpolation=None)
        conf.read(self._folder / node_name / "guest.conf")
        return conf["guest"]["publish_address"].strip('"')

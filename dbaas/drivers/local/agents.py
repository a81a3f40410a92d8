"""Guest agents on this machine: threads of this process, or processes that outlive it."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

import oslo_messaging

from dbaas import conf as dbaas_conf
from dbaas.drivers import CloudError
from dbaas.guestagent.agent import Agent
from dbaas.guestagent.lock import holder

LOG = logging.getLogger(__name__)

_STOP_SECONDS = 5
_KEEP_SECONDS = 2
_AGENT = (sys.executable, "-m", "dbaas.cmd.guestagent")


class Agents(Protocol):
    def ensure(self, name: str, config_file: Path) -> None:
        """An agent runs from the file; nothing happens if it does already."""

    def ensure_none(self, name: str, config_file: Path) -> None:
        """No agent of that name runs any more."""


class AgentThreads:
    """Agents inside this process, which talk over its in-process transport."""

    def __init__(self, transport: oslo_messaging.Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._agents: dict[str, Agent] = {}

    def ensure(self, name: str, config_file: Path) -> None:
        with self._lock:
            if name not in self._agents:
                conf = dbaas_conf.load(files=[str(config_file)])
                agent = Agent(conf, self._transport)
                agent.start()
                self._agents[name] = agent

    def ensure_none(self, name: str, config_file: Path) -> None:
        with self._lock:
            agent = self._agents.get(name)
        if agent is not None and not agent.stop():
            raise CloudError("the guest agent is still at work")
        with self._lock:
            self._agents.pop(name, None)


class AgentProcesses:
    """`dbaas-guestagent` processes, which outlive this one and are started again when they die.

    Several task managers may keep the same agents: one is wished for as long as its
    configuration is there, whoever takes that away.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, Path] = {}
        threading.Thread(target=self._keep, name="agents", daemon=True).start()

    def ensure(self, name: str, config_file: Path) -> None:
        with self._lock:
            self._files[name] = config_file
            self._ensure_running(config_file)

    def ensure_none(self, name: str, config_file: Path) -> None:
        with self._lock:
            self._files.pop(name, None)
        _end(_pid_file(config_file))

    def _ensure_running(self, config_file: Path) -> None:
        if holder(_pid_file(config_file)) is None:
            with (config_file.parent / "agent.log").open("a") as log:
                subprocess.Popen(
                    [*_AGENT, "--config-file", str(config_file)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def _keep(self) -> None:
        while True:
            time.sleep(_KEEP_SECONDS)
            with self._lock:
                self._files = {n: file for n, file in self._files.items() if file.exists()}
                for config_file in self._files.values():
                    try:
                        self._ensure_running(config_file)
                    except OSError as error:
                        LOG.warning("The agent of %s is not started: %s", config_file, error)


def _pid_file(config_file: Path) -> Path:
    return config_file.parent / "agent.pid"


def _end(pid_file: Path) -> None:
    """Return once nobody holds the file. Raises CloudError if its holder won't go."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + _STOP_SECONDS
        while pid := holder(pid_file):
            if time.monotonic() > deadline:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent)
            time.sleep(0.05)
        else:
            return
    raise CloudError(f"the guest agent {pid} does not end")

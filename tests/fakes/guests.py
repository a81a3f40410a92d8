"""Guest agents in memory, behind real RPC servers."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import oslo_messaging

from dbaas.rpc import guest as rpc
from dbaas.rpc import transport as rpc_transport
from tests.fakes.edge import Edge

Report = dict[str, Any]


class Trouble(Exception):
    """What a call of a guest can be made to fail with: it becomes an answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(str(answer))
        self.answer = answer


UNKNOWN = Trouble({"unknown": "the connection to the database broke"})
REFUSED = Trouble({"refused": {"code": "not_ready", "message": "the database does not answer"}})

VERSION = "8.4.6"


class FakeGuests(Edge):
    """:param send: takes a node's id and its report"""

    def __init__(
        self, transport: oslo_messaging.Transport, send: Callable[[str, Report], None]
    ) -> None:
        super().__init__()
        self._transport = transport
        self._send = send
        self._servers: dict[str, Any] = {}
        self._seq = 0
        self.jobs: dict[str, dict[str, Any]] = {}
        """Answers by the job's name."""
        self.arguments: dict[str, Any] = {}
        """The arguments of each job by its name."""
        self.made: Counter[str] = Counter()
        self.job_faults: dict[str, str] = {}
        """Why jobs of a kind fail."""
        self.unhealthy = 0
        """How many more pings are answered with SHUTDOWN."""
        self.is_silent = False
        """Whether agents that boot keep still about it."""

    def boot(self, node_id: str) -> None:
        target = rpc.target(node_id)
        self._servers[node_id] = rpc_transport.serve(
            self._transport, target, _Endpoint(self, node_id)
        )
        if not self.is_silent:
            self.report(node_id, "BUILD")

    def reboot(self, node_id: str) -> None:
        if not self.is_silent:
            self.report(node_id, "SHUTDOWN")

    def shut_down(self, node_id: str) -> None:
        if server := self._servers.pop(node_id, None):
            server.stop()
            # Its idle threads need a second to notice; nobody has to wait for that.
            threading.Thread(target=server.wait, daemon=True).start()

    def close(self) -> None:
        for node_id in list(self._servers):
            self.shut_down(node_id)

    def report(self, node_id: str, status: str = "HEALTHY") -> None:
        with self.lock:
            self._seq += 1
            seq = self._seq
        version = VERSION if status == "HEALTHY" else None
        self._send(node_id, {"seq": seq, "status": status, "version": version})

    def start_job(self, node_id: str, name: str, kind: str, args: Any) -> dict[str, Any]:
        with self.calling(kind):
            if name not in self.jobs:
                self.made[name] += 1
                self.arguments[name] = args
                self.jobs[name] = {"state": "running"}
                threading.Thread(target=self._end_job, args=(node_id, name, kind)).start()
            return dict(self.jobs[name])

    def _end_job(self, node_id: str, name: str, kind: str) -> None:
        reason = self.job_faults.get(kind)
        end = {"state": "failed", "reason": reason} if reason else {"state": "succeeded"}
        with self.lock:
            self.jobs[name] = end
        self.report(node_id)

    def ping(self) -> Report:
        with self.calling("ping"):
            self.unhealthy -= 1
            healthy = self.unhealthy < 0
            return {"status": "HEALTHY" if healthy else "SHUTDOWN", "version": VERSION}


class _Endpoint:
    target = oslo_messaging.Target(version=rpc.VERSION)

    def __init__(self, guests: FakeGuests, node_id: str) -> None:
        self._guests = guests
        self._node_id = node_id

    def start_job(self, context: Any, name: str, kind: str, args: Any) -> dict[str, Any]:
        return _answer(lambda: self._guests.start_job(self._node_id, name, kind, args))

    def ping(self, context: Any) -> dict[str, Any]:
        return _answer(self._guests.ping)


def _answer(work: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"ok": work()}
    except Trouble as trouble:
        return trouble.answer

"""The agent: an object with threads, one per node."""

import logging
import threading
import uuid
from pathlib import Path
from typing import Any

import oslo_messaging
from oslo_config import cfg

from dbaas.guestagent import datastores, files
from dbaas.guestagent.container import Container
from dbaas.guestagent.data_volume import DataVolume
from dbaas.guestagent.endpoint import Endpoint
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.keeper import Keeper
from dbaas.guestagent.observer import Observer, Report
from dbaas.guestagent.report import Reporter
from dbaas.guestagent.sequence import Sequence
from dbaas.guestagent.volume_jobs import VolumeJobs
from dbaas.guestagent.worker import Worker
from dbaas.rpc import guest, transport
from dbaas.rpc.taskmanager import TaskManagerClient

LOG = logging.getLogger(__name__)

_CALLS_END = 0.2


class Agent:
    """Serves the node that [guest] of `conf` describes. It is started once."""

    def __init__(self, conf: cfg.ConfigOpts, messages: oslo_messaging.Transport) -> None:
        options = conf.guest
        state_dir = files.folder(Path(options.state_dir))
        self._node_id = str(options.node_id)
        self._messages = messages
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._volume = DataVolume(options, state_dir, self._stopping)
        self._container = Container(options, self._volume)
        self._table = JobTable(state_dir / "jobs.sqlite")
        self._datastore = datastore = datastores.load(
            datastores.Surroundings(options, state_dir, self._container, self._stopping)
        )
        volume_jobs = VolumeJobs(self._volume, datastore)
        lock = threading.Lock()
        self._worker = Worker(
            self._table,
            {
                "prepare": datastore.prepare,
                "start": datastore.start,
                "restart": volume_jobs.restart,
                "grow_volume": volume_jobs.grow,
                "release_volume": volume_jobs.release,
                "take_volume": volume_jobs.take,
            },
            self._stopping,
            self._changed,
        )
        observer = Observer(
            datastore,
            self._container,
            self._table,
            lambda: self._worker.running,
            Sequence(state_dir / "sequence"),
            lock,
        )
        self._client = TaskManagerClient(messages)
        keeper = Keeper(self._keep)
        self._reporter = Reporter(observer, options, self._tell, keeper)
        self._endpoint = Endpoint(
            datastore, self._worker, self._table, observer, self._changed, lock
        )
        self._server: Any = None

    def start(self) -> None:
        """Serve, tell so, and go on with what an earlier agent left unfinished."""
        self._server = transport.serve(self._messages, guest.target(self._node_id), self._endpoint)
        self._worker.begin()
        if self._volume.is_device:
            # The server may have booted: its memory may be another, its volume is not mounted.
            self._keep(f"boot/{uuid.uuid4()}")
        self._reporter.begin()
        LOG.info("the agent of node %s serves", self._node_id)

    @property
    def alive(self) -> bool:
        """Whether its threads get on."""
        return self._worker.alive and self._reporter.alive

    def stop(self) -> bool:
        """The database goes on running. False while a job still does: stop again later."""
        self._stopping.set()
        if self._server is not None:
            self._server.stop()
        if not self._worker.stop():
            return False
        self._reporter.stop()
        if self._server is not None:
            # Its idle threads need a second to notice that they are to end.
            waiter = threading.Thread(target=self._server.wait, daemon=True)
            waiter.start()
            waiter.join(_CALLS_END)
        self._table.close()
        self._container.close()
        self._stopped.set()
        return True

    def wait(self) -> None:
        """Return when it has been stopped."""
        self._stopped.wait()

    def _keep(self, name: str) -> None:
        """Have the database brought up, where it is wanted."""
        if self._datastore.prepared and not self._volume.released:
            self._worker.start(name, "start", {})

    def _tell(self, report: Report) -> None:
        self._client.report(self._node_id, report)

    def _changed(self) -> None:
        self._reporter.poke()

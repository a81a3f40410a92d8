"""A task manager: its engine, its sweeps, and its ear on the broker."""

import logging
from typing import Any

import oslo_messaging
from oslo_config import cfg

from dbaas.db.database import Database
from dbaas.drivers import Cloud
from dbaas.rpc import taskmanager as rpc
from dbaas.rpc import transport as rpc_transport
from dbaas.rpc.guest import GuestClient
from dbaas.secrets import Vault
from dbaas.taskmanager import claims, reports
from dbaas.taskmanager.catalogue import Looks, copy_catalogue
from dbaas.taskmanager.engine import Engine
from dbaas.taskmanager.sweeps import Sweep, look_at_servers, mark_silent_guests
from dbaas.taskmanager.work import Tools

LOG = logging.getLogger(__name__)


class Endpoint:
    """The messages of `dbaas.rpc.taskmanager`."""

    target = oslo_messaging.Target(version="1.0")

    def __init__(self, database: Database, engine: Engine, catalogue: Looks) -> None:
        self._db = database
        self._engine = engine
        self._catalogue = catalogue

    def hint(self, context: dict[str, Any]) -> None:
        self._engine.poke()

    def look_again(self, context: dict[str, Any]) -> None:
        self._catalogue.again()

    def report(self, context: dict[str, Any], node_id: str, report: dict[str, Any]) -> None:
        if not reports.is_report(report):
            LOG.warning("Node %s sent a report of the wrong shape; dropped", node_id)
            return
        if self._db.write(lambda session: reports.store(session, node_id, report)):
            self._engine.poke()


class TaskManager:
    """`start()` it, `stop()` it; killing it at any moment loses nothing."""

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        database: Database,
        transport: oslo_messaging.Transport,
        cloud: Cloud,
        vault: Vault,
        name: str,
    ) -> None:
        settings = conf.taskmanager
        if 4 * settings.guest_call_timeout > settings.lease:
            raise ValueError("[taskmanager] lease must be at least four times guest_call_timeout")
        self._db = database
        self._transport = transport
        self._target = oslo_messaging.Target(topic=rpc.TOPIC, server=name)
        guest = GuestClient(transport, settings.guest_call_timeout)
        self._engine = Engine(database, Tools(cloud, guest, vault, conf), conf)
        self._catalogue = Looks(lambda: copy_catalogue(database, cloud))
        self._sweeps = [
            Sweep(self._catalogue.again, settings.catalogue_interval),
            Sweep(lambda: look_at_servers(database, cloud), settings.catalogue_interval / 5),
            Sweep(lambda: mark_silent_guests(database, conf), conf.agent_heartbeat_expiry / 6),
        ]

    def free_leases(self) -> None:
        """Take up at once what a killed task manager left; only for one that is alone."""
        self._db.write(claims.free_all)

    def start(self) -> None:
        endpoint = Endpoint(self._db, self._engine, self._catalogue)
        self._server = rpc_transport.serve(self._transport, self._target, endpoint)
        self._engine.start()
        for sweep in self._sweeps:
            sweep.start()

    def stop(self) -> None:
        for sweep in self._sweeps:
            sweep.stop()
        self._server.stop()
        self._server.wait()
        self._engine.stop()

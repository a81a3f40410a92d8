"""Tells the database that this task manager runs."""

import logging
import os
import socket

from oslo_db.exception import DBError

from dbaas import __version__
from dbaas.db import services
from dbaas.db.database import Database
from dbaas.taskmanager.sweeps import Sweep

LOG = logging.getLogger(__name__)


class Presence:
    """From `start()` to `stop()` the service is up in `dbaas-manage service list`."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._sweep = Sweep(self._announce, services.UP_SECONDS / 4)

    def start(self) -> None:
        self._sweep.start()

    def stop(self) -> None:
        self._sweep.stop()
        try:
            self._database.write(lambda session: services.withdraw(session, self._name))
        except DBError as error:  # then it is down a little later
            LOG.warning("The end was not told to the database: %s", error)

    def _announce(self) -> None:
        host, pid = socket.gethostname(), os.getpid()
        self._database.write(
            lambda session: services.announce(session, self._name, host, pid, __version__)
        )

"""`dbaas-taskmanager`: runs operations until it is told to stop."""

import logging
import os
import signal
import socket
import sys
import threading

from oslo_service import systemd

from dbaas import conf as dbaas_conf
from dbaas.cmd import reload
from dbaas.conf import trove
from dbaas.db.database import Database
from dbaas.drivers.loading import load_cloud
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault
from dbaas.taskmanager.presence import Presence
from dbaas.taskmanager.service import TaskManager

LOG = logging.getLogger(__name__)


def main() -> None:
    conf = dbaas_conf.load(sys.argv[1:])
    dbaas_conf.setup_logging(conf)
    trove.warn(conf)
    reload.on_hangup(conf)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    transport = rpc_transport.connect(conf)
    database = Database.from_conf(conf)
    name = f"{socket.gethostname()}-{os.getpid()}"
    manager = TaskManager(
        conf,
        database,
        transport,
        load_cloud(conf, transport),
        Vault.from_file(conf.security.master_key_file),
        name=name,
    )
    presence = Presence(database, name)
    manager.start()
    presence.start()
    LOG.info("The task manager runs")
    systemd.notify_once()
    stop.wait()
    LOG.info("Stopping once the steps under way have ended")
    manager.stop()
    presence.stop()


if __name__ == "__main__":
    main()

"""dbaas-guestagent: the agent of one node, in the node's own machine."""

import logging
import signal
import sys
import threading
from pathlib import Path

from oslo_config import cfg

from dbaas import conf as options
from dbaas.cmd import reload
from dbaas.guestagent import notify
from dbaas.guestagent.agent import Agent
from dbaas.guestagent.lock import Held, hold
from dbaas.rpc import transport

LOG = logging.getLogger(__name__)


def main() -> int:
    conf = options.load_guest(sys.argv[1:])
    options.setup_logging(conf)
    try:
        hold(_pid_file(conf))
    except Held as error:
        LOG.error("%s", error)
        return 1
    # Whoever ends an agent removes its file, and then looks who holds the lock.
    if not all(Path(file).exists() for file in conf.config_file or ()):
        LOG.error("the configuration was taken away")
        return 1
    reload.on_hangup(conf)
    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    messages = transport.connect(conf)
    agent = Agent(conf, messages)
    agent.start()
    notify.tell("READY=1")
    while not asked_to_stop.wait(notify.watchdog_interval()):
        if agent.alive:
            notify.tell("WATCHDOG=1")
    LOG.info("the agent stops; the database goes on")
    agent.stop()
    messages.cleanup()
    return 0


def _pid_file(conf: cfg.ConfigOpts) -> Path:
    """Beside the agent's configuration, where whoever started it looks."""
    folder = Path(conf.config_file[-1]).parent if conf.config_file else Path(conf.guest.state_dir)
    return folder / "agent.pid"


if __name__ == "__main__":
    sys.exit(main())

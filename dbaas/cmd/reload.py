"""SIGHUP: read the configuration again, and take over what may change in a running process."""

import logging
import signal
import threading

from oslo_config import cfg

LOG = logging.getLogger(__name__)


def on_hangup(conf: cfg.ConfigOpts) -> None:
    """From now on SIGHUP changes the options that are marked as mutable."""

    def handle(*_: object) -> None:
        # Not here: the thread that was interrupted may hold a lock that logging wants.
        threading.Thread(target=_reload, args=(conf,), name="reload", daemon=True).start()

    signal.signal(signal.SIGHUP, handle)


def _reload(conf: cfg.ConfigOpts) -> None:
    try:
        changed = conf.mutate_config_files()
    except (cfg.Error, OSError) as error:
        LOG.error("The configuration cannot be read again, and stays as it is: %s", error)
        return
    # The values are not told: some are secret.
    names = sorted(f"[{group or 'DEFAULT'}] {name}" for group, name in changed)
    LOG.info("The configuration was read again; changed: %s", ", ".join(names) or "nothing")

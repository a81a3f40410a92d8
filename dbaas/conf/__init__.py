"""All options, one module a group; nothing reads a global CONF, it is passed along."""

import logging

from oslo_config import cfg
from oslo_db import options as db_options
from oslo_log import log

from dbaas import __version__
from dbaas.conf import api, guest, local, quota, security, taskmanager

MODULES = (api, quota, security, taskmanager, guest, local)


def new_conf() -> cfg.ConfigOpts:
    """A set of options of our own groups and oslo's, not parsed yet."""
    conf = cfg.ConfigOpts()
    log.register_options(conf)
    db_options.set_defaults(conf)
    for module in MODULES:
        conf.register_opts(module.OPTS, group=module.GROUP)
    return conf


def load(args: list[str] | None = None, files: list[str] | None = None) -> cfg.ConfigOpts:
    """Parse command line and configuration files (by default /etc/dbaas/dbaas.conf)."""
    conf = new_conf()
    conf(args or [], project="dbaas", version=__version__, default_config_files=files)
    return conf


def setup_logging(conf: cfg.ConfigOpts) -> None:
    log.set_defaults(default_log_levels=[*log.get_default_log_levels(), "docker=WARN"])
    log.setup(conf, "dbaas")
    logging.captureWarnings(True)


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """For oslo-config-generator."""
    return [(module.GROUP or "DEFAULT", module.OPTS) for module in MODULES]

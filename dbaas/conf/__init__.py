"""All options, one module a group; nothing reads a global CONF, it is passed along."""

import logging
from collections.abc import Iterable
from types import ModuleType

import oslo_messaging
from oslo_config import cfg
from oslo_log import log
from oslo_messaging import opts as messaging_options
from oslo_utils import importutils

from dbaas import __version__
from dbaas.conf import api, guest, instances, local, quota, security, taskmanager

MODULES = (api, quota, instances, security, taskmanager, guest, local)


def new_conf() -> cfg.ConfigOpts:
    """A set of options of our own groups and oslo's, not parsed yet."""
    # A guest has no use for these, nor their libraries.
    from oslo_db import options as db_options

    from dbaas.conf import openstack

    conf = _new_conf(MODULES)
    db_options.set_defaults(conf)
    openstack.register(conf)
    return conf


def _new_conf(modules: Iterable[ModuleType]) -> cfg.ConfigOpts:
    conf = cfg.ConfigOpts()
    log.register_options(conf)
    oslo_messaging.set_transport_defaults(control_exchange="dbaas")
    _register_messaging(conf)
    for module in modules:
        conf.register_opts(module.OPTS, group=module.GROUP)
    return conf


def _register_messaging(conf: cfg.ConfigOpts) -> None:
    for group, options in messaging_options.list_opts():
        conf.register_opts(options, group=group)
    # oslo.messaging registers these on the global CONF only, and then asks the one it was given.
    for name in ("metrics", "tracing"):
        module = importutils.try_import(f"oslo_messaging._{name}.client")
        group = f"oslo_messaging_{name}"
        if module is not None:
            conf.register_opts(getattr(module, group), group=group)


def load(args: list[str] | None = None, files: list[str] | None = None) -> cfg.ConfigOpts:
    """Parse command line and configuration files (by default /etc/dbaas/dbaas.conf)."""
    conf = new_conf()
    conf(args or [], project="dbaas", version=__version__, default_config_files=files)
    return conf


def load_guest(args: list[str]) -> cfg.ConfigOpts:
    """The same for the agent in a server of its own: only what it reads."""
    conf = _new_conf([guest])
    conf(args, project="dbaas", version=__version__)
    return conf


def setup_logging(conf: cfg.ConfigOpts) -> None:
    log.set_defaults(default_log_levels=[*log.get_default_log_levels(), "docker=WARN"])
    log.setup(conf, "dbaas")
    logging.captureWarnings(True)


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """For oslo-config-generator."""
    from dbaas.conf import openstack

    own = [(module.GROUP or "DEFAULT", module.OPTS) for module in MODULES]
    return [*own, *openstack.list_opts()]

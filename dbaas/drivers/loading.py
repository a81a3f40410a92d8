"""Choosing the driver."""

import oslo_messaging
from oslo_config import cfg

from dbaas.drivers import Cloud


def load_cloud(conf: cfg.ConfigOpts, transport: oslo_messaging.Transport) -> Cloud:
    """The cloud of `[taskmanager] cloud`. Raises ValueError for one that is not there."""
    name = conf.taskmanager.cloud
    if name == "local":
        from dbaas.drivers import local  # only who uses Docker loads its library

        return local.connect(conf, transport)
    if name == "openstack":
        from dbaas.drivers import openstack

        return openstack.connect(conf)
    raise ValueError(f"[taskmanager] cloud: no driver {name!r}, only openstack and local")

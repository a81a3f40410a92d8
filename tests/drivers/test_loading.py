"""Choosing the driver."""

import oslo_messaging
import pytest
from oslo_config import cfg

from dbaas.drivers.loading import load_cloud


def test_driver_that_is_not_there(
    conf: cfg.ConfigOpts, transport: oslo_messaging.Transport
) -> None:
    conf.set_override("cloud", "moon", group="taskmanager")
    with pytest.raises(ValueError, match="no driver 'moon'"):
        load_cloud(conf, transport)

"""The connection to the broker."""

from typing import Any

import oslo_messaging
from oslo_config import cfg
from oslo_messaging.rpc import dispatcher


def connect(conf: cfg.ConfigOpts) -> oslo_messaging.Transport:
    """The transport of `transport_url`; `fake://` stays inside this process."""
    return oslo_messaging.get_rpc_transport(conf, allowed_remote_exmods=[])


def is_in_process(conf: cfg.ConfigOpts) -> bool:
    return bool(conf.transport_url and conf.transport_url.startswith("fake:"))


def serve(
    transport: oslo_messaging.Transport, target: oslo_messaging.Target, endpoint: object
) -> Any:
    """A started RPC server on threads; its `stop()` and `wait()` end it."""
    server = oslo_messaging.get_rpc_server(
        transport,
        target,
        [endpoint],
        access_policy=dispatcher.DefaultRPCAccessPolicy,
    )
    server.start()
    return server

"""The connection to the broker."""

from typing import Any

import oslo_messaging
from oslo_config import cfg
from oslo_messaging.rpc import dispatcher


def connect(conf: cfg.ConfigOpts) -> oslo_messaging.Transport:
    """The transport of `transport_url`; `fake://` stays inside this process."""
    _register_missing(conf)
    return oslo_messaging.get_rpc_transport(conf, allowed_remote_exmods=[])


def _register_missing(conf: cfg.ConfigOpts) -> None:
    """oslo.messaging reads these groups of any conf, but registers them with its own only."""
    for group in ("oslo_messaging_metrics", "oslo_messaging_tracing"):
        known = cfg.CONF._groups.get(group)
        for entry in known._opts.values() if known else ():
            conf.register_opt(entry["opt"], group=group)


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

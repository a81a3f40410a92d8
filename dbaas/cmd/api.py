"""`dbaas-api`: serves the REST API until it is told to stop."""

import os
import sys
from typing import Any

from oslo_config import cfg
from oslo_service import systemd

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.cmd import reload
from dbaas.cmd.serving import serve
from dbaas.conf import trove
from dbaas.db.database import Database
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault

CONFIG_FILES = "OS_DBAAS_CONFIG_FILES"


def main() -> None:
    conf = dbaas_conf.load(sys.argv[1:])
    app = _build(conf)
    reload.on_hangup(conf)
    serve(app, conf.bind_host, conf.bind_port, conf.api_threads, systemd.notify_once)


def application() -> Any:
    """For WSGI servers such as gunicorn or uWSGI, with any number of processes.

    It reads /etc/dbaas/dbaas.conf, or the files that OS_DBAAS_CONFIG_FILES names, separated by
    semicolons. Connections are made by the requests that need them and there are no threads
    before, so that a server may call it before it forks as well as in each of its processes.
    """
    files = [file for file in os.environ.get(CONFIG_FILES, "").split(";") if file]
    return _build(dbaas_conf.load(files=files or None))


def _build(conf: cfg.ConfigOpts) -> Any:
    if conf.auth_strategy == "none":
        sys.exit("dbaas-api: auth_strategy = none is for dbaas-standalone only")
    dbaas_conf.setup_logging(conf)
    trove.warn(conf)
    return build_app(
        conf,
        Database.from_conf(conf),
        rpc_transport.connect(conf),
        Vault.from_file(conf.security.master_key_file),
    )


if __name__ == "__main__":
    main()

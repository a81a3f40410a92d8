"""`dbaas-api`: serves the REST API until it is told to stop."""

import sys
from typing import Any

from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.cmd.serving import serve
from dbaas.db.database import Database
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault


def main() -> None:
    conf = dbaas_conf.load(sys.argv[1:])
    app = _build(conf)
    serve(app, conf.bind_host, conf.bind_port, conf.api_threads)


def application() -> Any:
    """For WSGI servers such as uWSGI or gunicorn; it reads /etc/dbaas/dbaas.conf."""
    return _build(dbaas_conf.load())


def _build(conf: cfg.ConfigOpts) -> Any:
    if conf.auth_strategy == "none":
        sys.exit("dbaas-api: auth_strategy = none is for dbaas-standalone only")
    dbaas_conf.setup_logging(conf)
    return build_app(
        conf,
        Database.from_conf(conf),
        rpc_transport.connect(conf),
        Vault.from_file(conf.security.master_key_file),
    )


if __name__ == "__main__":
    main()

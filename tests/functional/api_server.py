"""dbaas-api with the tests' own way to identify callers, as there is no Keystone here.

usage: python -m tests.functional.api_server --config-file FILE
"""

import sys

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.cmd.serving import serve
from dbaas.db.database import Database
from dbaas.rpc import transport
from dbaas.secrets import Vault
from tests.api.harness import identify


def main() -> None:
    conf = dbaas_conf.load(sys.argv[1:])
    dbaas_conf.setup_logging(conf)
    app = build_app(
        conf,
        Database.from_conf(conf),
        transport.connect(conf),
        Vault.from_file(conf.security.master_key_file),
        authenticate=identify,
    )
    serve(app, conf.bind_host, conf.bind_port, conf.api_threads)


if __name__ == "__main__":
    main()

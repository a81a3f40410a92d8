"""`dbaas-manage`: what an operator does by hand."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from alembic.util import CommandError
from oslo_db.exception import DBError
from prettytable import PrettyTable

from dbaas import conf as dbaas_conf
from dbaas.bootstrap import BootstrapError
from dbaas.cmd import bootstrap
from dbaas.db import schema, services
from dbaas.db.database import Database
from dbaas.secrets import create_key_file


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except (OSError, LookupError, CommandError, DBError, BootstrapError) as error:
        sys.exit(f"dbaas-manage: {error}")


def _db_sync(arguments: argparse.Namespace) -> None:
    schema.upgrade(_database(arguments).engine, arguments.revision)
    _db_version(arguments)


def _db_version(arguments: argparse.Namespace) -> None:
    print(schema.current(_database(arguments).engine) or "no schema yet; run dbaas-manage db sync")


def _service_list(arguments: argparse.Namespace) -> None:
    database = _database(arguments)
    if schema.is_too_old(database.engine):
        raise LookupError("the schema is older than this release; run dbaas-manage db sync")
    found = database.read(services.show)
    if arguments.format == "json":
        rows = [asdict(seen) for seen in found]
        print(json.dumps(rows, default=lambda time: time.isoformat()))
        return
    table = PrettyTable(["Name", "State", "Version", "Started", "Seen"], align="l")
    for seen in found:
        times = (f"{time:%Y-%m-%d %H:%M:%S}" for time in (seen.started_at, seen.seen_at))
        table.add_row([seen.name, "up" if seen.is_up else "down", seen.version, *times])
    print(table)


def _key_create(arguments: argparse.Namespace) -> None:
    create_key_file(arguments.file)
    print(f"Wrote a new master key to {arguments.file}. Keep a copy where only you can read it.")


def _database(arguments: argparse.Namespace) -> Database:
    conf = dbaas_conf.load(files=arguments.config_file)
    if not conf.database.connection:
        raise LookupError("[database] connection is not set in the configuration file")
    return Database.from_conf(conf)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dbaas-manage", description=__doc__)
    parser.add_argument("--config-file", action="append", help="default: /etc/dbaas/dbaas.conf")
    nouns = parser.add_subparsers(required=True, metavar="NOUN")

    db = nouns.add_parser("db", help="the control plane's database").add_subparsers(required=True)
    sync = db.add_parser("sync", help="bring the schema to this release (or to a revision)")
    sync.add_argument("revision", nargs="?", default="head")
    sync.set_defaults(run=_db_sync)
    db.add_parser("version", help="show the schema's revision").set_defaults(run=_db_version)

    key = nouns.add_parser("key", help="the master key").add_subparsers(required=True)
    create = key.add_parser("create", help="write a new key to a file that is not there yet")
    create.add_argument("file", type=Path)
    create.set_defaults(run=_key_create)

    service = nouns.add_parser("service", help="the task managers").add_subparsers(required=True)
    listed = service.add_parser("list", help="show which run, and which stopped being seen")
    listed.add_argument("-f", "--format", choices=("table", "json"), default="table")
    listed.set_defaults(run=_service_list)
    bootstrap.add_command(nouns)
    return parser


if __name__ == "__main__":
    main()

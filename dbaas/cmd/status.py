"""`dbaas-status`: may this release run on what is there, and is all there that it needs?"""

import json
import sys
from typing import Any

from oslo_config import cfg
from oslo_upgradecheck import upgradecheck
from oslo_upgradecheck.upgradecheck import Code, Result
from prettytable import PrettyTable

from dbaas import __version__
from dbaas import conf as dbaas_conf
from dbaas.conf import trove
from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.secrets import MasterKeyMissing, Vault


class Checks(upgradecheck.UpgradeCommands):
    def __init__(self, conf: cfg.ConfigOpts) -> None:
        super().__init__()
        self._conf = conf

    def _check_schema(self) -> Result:
        if not self._conf.database.connection:
            return Result(Code.FAILURE, "[database] connection is not set")
        current = schema.current(Database.from_conf(self._conf).engine)
        if current != schema.head():
            return Result(
                Code.FAILURE, f"schema is at {current}, run dbaas-manage db sync ({schema.head()})"
            )
        return Result(Code.SUCCESS)

    def _check_master_key(self) -> Result:
        try:
            Vault.from_file(self._conf.security.master_key_file)
        except MasterKeyMissing as error:
            return Result(Code.FAILURE, str(error))
        return Result(Code.SUCCESS)

    def _check_trove(self) -> Result:
        told = trove.without_effect(self._conf)
        return Result(Code.WARNING, "\n".join(told)) if told else Result(Code.SUCCESS)

    _upgrade_checks = (
        ("Database schema", _check_schema),
        ("Master key", _check_master_key),
        ("Options of Trove", _check_trove),
    )


def main() -> None:
    conf = dbaas_conf.new_conf()
    conf.register_cli_opt(cfg.SubCommandOpt("command", handler=_add_commands))
    conf(project="dbaas", version=__version__)
    sys.exit(_upgrade_check() if conf.command.name == "upgrade" else _check(conf))


def _add_commands(commands: Any) -> None:
    commands.required = True
    upgrade = commands.add_parser("upgrade", help="may this release run on what is there?")
    upgrade.add_argument("check")
    upgrade.add_argument("--json", action="store_true")
    check = commands.add_parser("check", help="is all there that the service needs in its cloud?")
    check.add_argument("-f", "--format", choices=("table", "json"), default="table")


def _upgrade_check() -> int:
    conf = dbaas_conf.new_conf()
    return int(upgradecheck.main(conf, project="dbaas", upgrade_command=Checks(conf)))


def _check(conf: cfg.ConfigOpts) -> int:
    """0: all is well, 1: there are warnings, 2: something does not work."""
    from dbaas import status  # slow to import: the clients of the whole cloud
    from dbaas.status.checks import CHECKS

    found = list(status.look(status.Subject(conf), CHECKS))
    if conf.command.format == "json":
        print(json.dumps([{**vars(each), "code": each.code.name.lower()} for each in found]))
    else:
        table = PrettyTable(["Check", "Result", "Details"], align="l", max_width=80)
        table.add_rows([[each.check, each.code.name.lower(), each.details] for each in found])
        print(table)
    return max(int(each.code) for each in found)


if __name__ == "__main__":
    main()

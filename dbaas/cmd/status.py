"""`dbaas-status upgrade check`: may this release run on what is there?"""

import sys

from oslo_config import cfg
from oslo_upgradecheck import upgradecheck
from oslo_upgradecheck.upgradecheck import Code, Result

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
    checks = Checks(conf)
    sys.exit(upgradecheck.main(conf, project="dbaas", upgrade_command=checks))


if __name__ == "__main__":
    main()

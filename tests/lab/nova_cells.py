"""What `nova-manage` does in four runs, in one: each of them would load Nova anew.

nova_cells.py --config-file FILE…
"""

import sys

from nova import config
from nova.cmd import manage
from oslo_config import cfg

ALREADY_THERE = 2


def must(name: str, result: int | None) -> None:
    if result not in (None, 0, ALREADY_THERE):
        sys.exit(f"{name} answered {result}")


config.parse_args(["nova-manage", *sys.argv[1:]])
cells = manage.CellV2Commands()
must("api_db sync", manage.ApiDbCommands().sync())
must("map_cell0", cells.map_cell0(cfg.CONF.database.connection.replace("/nova?", "/nova_cell0?")))
must("create_cell", cells.create_cell(name="cell1"))
must("db sync", manage.DbCommands().sync())

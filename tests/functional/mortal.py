"""Runs a service that dies of SIGKILL at the step which a file names.

usage: python -m tests.functional.mortal PLAN MODULE [ARGUMENTS…]

It dies in the transaction that would have stored the step's end: what the step did to the world
is done, and not known. The plan is removed first, so that one process dies of it, and once.
"""

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from dbaas.db.models import Event


def die_by(plan: Path) -> None:
    @event.listens_for(Event, "after_insert")
    def die(mapper: Any, connection: Any, row: Event) -> None:
        try:
            if plan.read_text() != row.step:
                return
            plan.unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_by(Path(sys.argv[1]))
    module = importlib.import_module(sys.argv[2])
    sys.argv = sys.argv[2:]
    module.main()

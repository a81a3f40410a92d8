"""A task manager tells that it runs, and that it ends."""

import os

import pytest

from dbaas.db import services
from dbaas.db.database import Database
from dbaas.taskmanager.presence import Presence
from tests.functional.waiting import until


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_from_start_to_stop(database: Database) -> None:
    presence = Presence(database, "host-1")
    presence.start()
    (seen,) = until(lambda: database.read(services.show), "a service that is up", 30)
    assert (seen.name, seen.pid, seen.is_up) == ("host-1", os.getpid(), True)
    presence.stop()
    assert database.read(services.show) == []

"""Fixtures of the task manager's tests."""

from collections.abc import Iterator

import oslo_messaging
import pytest
from oslo_config import cfg

from dbaas.db.database import Database
from dbaas.secrets import Vault
from tests.taskmanager.world import Commits, World


@pytest.fixture
def world(
    database_url: str,
    database: Database,
    conf: cfg.ConfigOpts,
    transport: oslo_messaging.Transport,
    vault: Vault,
) -> Iterator[World]:
    with Commits() as commits:
        world = World(database_url, database, conf, transport, vault, commits)
        try:
            yield world
        finally:
            world.close()

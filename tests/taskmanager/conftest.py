"""Fixtures of the task manager's tests."""

from collections.abc import Callable, Iterator

import oslo_messaging
import pytest
from oslo_config import cfg

from dbaas.db.database import Database
from dbaas.secrets import Vault
from tests.taskmanager.world import Commits, World


@pytest.fixture
def world(
    open_database: Callable[[int], Database],
    conf: cfg.ConfigOpts,
    transport: oslo_messaging.Transport,
    vault: Vault,
) -> Iterator[World]:
    with Commits() as commits:
        world = World(open_database, conf, transport, vault, commits)
        try:
            yield world
        finally:
            world.close()

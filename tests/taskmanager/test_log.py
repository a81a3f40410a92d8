"""Lines of a step say for which request, operation and instance it is."""

import io
import logging
from collections.abc import Iterator

import pytest
from oslo_log import formatters
from sqlalchemy import select

from dbaas.db.models import Operation
from dbaas.taskmanager import engine
from tests.taskmanager.world import World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def log(world: World) -> Iterator[io.StringIO]:
    """What the engine logs, as oslo.log writes it by default."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatters.ContextFormatter(config=world.conf))
    engine.LOG.addHandler(handler)
    level = engine.LOG.level
    engine.LOG.setLevel(logging.INFO)
    yield handler.stream
    engine.LOG.setLevel(level)
    engine.LOG.removeHandler(handler)


def test_who_asked_is_told_with_each_step(world: World, log: io.StringIO) -> None:
    made = world.order()  # by user-1, with req-1
    world.new_engine()
    world.until_idle(made)
    (operation,) = world.database.read(
        lambda s: s.scalars(select(Operation.id).where(Operation.instance_id == made)).all()
    )
    lines = [line for line in log.getvalue().splitlines() if ": step " in line]
    assert len(lines) > 5
    for line in lines:
        assert " req-1 user-1 " in line
        assert f"[instance: {made}, operation: {operation}]" in line

"""The migrations lead to the models, and back to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.db.models import Base
from tests import databases


@pytest.fixture
def bare(database_kind: str, tmp_path: Path) -> Iterator[Database]:
    """A database without any schema."""
    with _new_url(database_kind, tmp_path) as url:
        database = Database(url)
        yield database
        database.close()


@contextmanager
def _new_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bare.sqlite'}"
    else:
        with databases.new_server_database(kind) as url:
            yield url


def _differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_migrations_lead_to_the_models_and_back(bare: Database) -> None:
    assert schema.current(bare.engine) is None
    schema.upgrade(bare.engine)
    assert schema.current(bare.engine) == schema.head()
    assert _differences(bare) == []

    schema.upgrade(bare.engine)
    assert schema.current(bare.engine) == schema.head()

    schema.downgrade(bare.engine, "base")
    assert schema.current(bare.engine) is None
    assert sqlalchemy.inspect(bare.engine).get_table_names() == ["alembic_version"]

    schema.upgrade(bare.engine)
    assert _differences(bare) == []


def test_check_constraints_are_those_of_the_models(bare: Database) -> None:
    """Alembic does not compare them."""
    schema.upgrade(bare.engine)
    inspector = sqlalchemy.inspect(bare.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {
            constraint.name
            for constraint in table.constraints
            if isinstance(constraint, sqlalchemy.CheckConstraint)
        }
        there = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert {str(name) for name in wanted} == {str(name) for name in there}, table.name

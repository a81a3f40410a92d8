"""Fixtures of the database's tests."""

import pytest

from dbaas.db.database import Database
from tests.db import samples


@pytest.fixture
def catalogue(database: Database) -> Database:
    """A database with something to order."""
    database.write(samples.add_catalogue)
    return database

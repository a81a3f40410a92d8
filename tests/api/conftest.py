"""Fixtures of the API's tests."""

from collections.abc import Iterator

import pytest

from tests.api.harness import Api
from tests.databases import Databases


@pytest.fixture
def api(all_databases: Databases) -> Iterator[Api]:
    made = Api(all_databases.new_sqlite())
    yield made
    made.close()

"""Each form of the service is started once, for this package only: a task manager on the broker
would take the messages of other tests. What was made is removed, come what may.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.databases import new_server_database
from tests.functional.engine import Engine
from tests.functional.service import Service
from tests.functional.split import Split
from tests.functional.standalone import Standalone

Folders = pytest.TempPathFactory


@contextmanager
def _own_engine(kind: str) -> Iterator[Engine]:
    engine = Engine(kind)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def running_standalone(folders: Folders, kind: str) -> Iterator[Standalone]:
    with ExitStack() as stack:
        engine = stack.enter_context(_own_engine(kind))
        made = Standalone(folders.mktemp(kind), engine)
        stack.callback(made.close)
        made.start()
        made.http.ensure_version()
        yield made


@pytest.fixture(scope="package")
def standalone(tmp_path_factory: Folders) -> Iterator[Standalone]:
    with running_standalone(tmp_path_factory, "standalone") as made:
        yield made


@pytest.fixture(scope="package")
def split(tmp_path_factory: Folders) -> Iterator[Split]:
    with ExitStack() as stack:
        engine = stack.enter_context(_own_engine("split"))
        database = stack.enter_context(new_server_database("mysql"))
        made = Split(tmp_path_factory.mktemp("split"), engine, database)
        stack.callback(made.close)
        made.start()
        made.http.ensure_version()
        yield made


@pytest.fixture(params=["standalone", "split"])
def service(request: Any) -> Service:
    made: Service = request.getfixturevalue(request.param)
    return made

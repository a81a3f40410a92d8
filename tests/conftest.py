"""Fixtures for all tests."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import oslo_messaging
import pytest
from cryptography.fernet import Fernet
from oslo_config import cfg
from oslo_messaging._drivers import impl_fake

from dbaas import conf as dbaas_conf
from dbaas.db.database import Database
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault
from tests import databases

# The in-process broker looks for messages every 50 ms, which is most of the run of a test.
impl_fake.time = SimpleNamespace(time=time.time, sleep=lambda s: time.sleep(min(s, 0.004)))


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Databases]:
    made = databases.Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_database(
    database_kind: str, all_databases: databases.Databases
) -> Iterator[Callable[[int], Database]]:
    """Gives `Database`s, known by a number, of one migrated, empty database of each kind."""
    yield lambda number: all_databases.open(database_kind, number)
    databases.empty(all_databases.open(database_kind))


@pytest.fixture
def database(open_database: Callable[[int], Database]) -> Database:
    """A migrated, empty database of each kind."""
    return open_database(0)


@pytest.fixture
def conf() -> cfg.ConfigOpts:
    """The defaults, over the broker inside this process."""
    conf = dbaas_conf.load(files=[])
    conf.set_override("transport_url", "fake://")
    return conf


@pytest.fixture
def transport(conf: cfg.ConfigOpts) -> Iterator[oslo_messaging.Transport]:
    transport = rpc_transport.connect(conf)
    yield transport
    transport.cleanup()


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])

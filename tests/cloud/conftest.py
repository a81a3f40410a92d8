"""The service that `script/cloud up` started, and its users."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openstack
import pytest

from tests.cloud.count import Count, count
from tests.cloud.stand_ins import StandIns
from tests.cloud.tenant import Tenant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "DBAAS_CLOUD_DIR" in os.environ:
        return
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="needs a cloud: script/cloud up, then test"))


@pytest.fixture(scope="session")
def folder() -> Path:
    return Path(os.environ["DBAAS_CLOUD_DIR"])


@pytest.fixture(scope="session")
def admin(folder: Path) -> Any:
    """openstacksdk as the cloud's administrator."""
    return _connect(folder, "admin")


@pytest.fixture(scope="session")
def stand_ins(admin: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    zone = os.environ["DBAAS_LAB_FAKE_ZONE"]
    with StandIns(admin, zone, tmp_path_factory.mktemp("stand-ins")) as made:
        yield made


@pytest.fixture
def tenant(folder: Path, stand_ins: StandIns) -> Iterator[Tenant]:
    """An ordinary user; what is left of theirs is deleted in the end."""
    made = Tenant(_connect(folder, "other-tenant"))
    yield made
    made.delete_all()


@pytest.fixture
def before(admin: Any) -> Count:
    """What there was of ours when the test began."""
    return count(admin)


def _connect(folder: Path, name: str) -> Any:
    config = openstack.config.OpenStackConfig(config_files=[str(folder / "clouds.yaml")])
    return openstack.connection.Connection(config=config.get_one(cloud=name))

"""Images in a real Glance."""

import secrets
from contextlib import ExitStack

import pytest

from dbaas.drivers import CloudRefused, NotInCloud
from tests.drivers.openstack.conftest import Driver
from tests.drivers.openstack.lab import TAG, Lab, image_of


@pytest.fixture
def tag() -> str:
    return f"{TAG}-{secrets.token_hex(4)}"


def test_newest_with_all_the_tags(driver: Driver, lab: Lab, tag: str) -> None:
    cloud = lab.service.cloud
    with ExitStack() as stack:
        stack.enter_context(image_of(cloud, [tag, "postgresql"]))
        newer = stack.enter_context(image_of(cloud, [tag, "postgresql"]))
        stack.enter_context(image_of(cloud, [tag]))
        found = driver.images.find(None, [tag, "postgresql"])
    assert (found.id, found.name, found.repository) == (newer.id, newer.name, "postgres")


def test_tags_that_no_image_has(driver: Driver, tag: str) -> None:
    with pytest.raises(NotInCloud, match=f"tags trove, {tag}"):
        driver.images.find(None, ["trove", tag])


def test_image_of_a_tenant_is_not_booted(driver: Driver, lab: Lab, tag: str) -> None:
    with image_of(lab.tenant.cloud, [tag, "mysql"]), pytest.raises(NotInCloud):
        driver.images.find(None, [tag, "mysql"])


def test_image_that_is_off(driver: Driver, lab: Lab, tag: str) -> None:
    with image_of(lab.service.cloud, [tag, "mysql"]) as image:
        lab.service.cloud.image.deactivate_image(image.id)
        with pytest.raises(NotInCloud):
            driver.images.find(None, [tag, "mysql"])
        with pytest.raises(CloudRefused, match="deactivated, not active"):
            driver.images.find(image.id, [])


def test_by_id(driver: Driver, lab: Lab) -> None:
    assert driver.images.find(lab.image_id, ["mysql"]).id == lab.image_id


def test_id_that_is_not_there(driver: Driver) -> None:
    with pytest.raises(NotInCloud, match="There is no image 00000000"):
        driver.images.find("00000000-0000-4000-8000-000000000000", [])


def test_repository_that_the_operator_set(driver: Driver, lab: Lab, tag: str) -> None:
    with image_of(lab.service.cloud, [tag, "mysql"], dbaas_repository="registry/my") as image:
        assert driver.images.find(image.id, ["mysql"]).repository == "registry/my"


def test_image_that_does_not_say_what_it_is_for(driver: Driver, lab: Lab, tag: str) -> None:
    with (
        image_of(lab.service.cloud, [tag]) as image,
        pytest.raises(CloudRefused, match="dbaas_repository"),
    ):
        driver.images.find(image.id, [])

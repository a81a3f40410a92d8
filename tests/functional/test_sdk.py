"""openstacksdk's database proxy, as it comes."""

from collections.abc import Iterator
from typing import Any

import openstack
import pytest
from openstack.config import loader

from tests.functional import sql
from tests.functional.service import FLAVOR, VERSION
from tests.functional.standalone import Standalone
from tests.functional.waiting import until


@pytest.fixture
def proxy(standalone: Standalone) -> Iterator[Any]:
    config = loader.OpenStackConfig(config_files=[str(standalone.folder / "clouds.yaml")])
    connection = openstack.connection.Connection(config=config.get_one("dbaas"))
    yield connection.database
    connection.close()


def test_the_proxy_works(standalone: Standalone, proxy: Any) -> None:
    """The SDK knows no way to ask for a public address; the private one is this machine's, too."""
    assert FLAVOR in [str(flavor.id) for flavor in proxy.flavors()]
    made = proxy.create_instance(
        name="sdk",
        flavor=FLAVOR,
        volume={"size": 1},
        datastore={"type": "mysql", "version": VERSION},
    )
    assert made.status == "BUILD"
    standalone.http.until_ready(made.id)
    seen = proxy.get_instance(made.id)
    assert (seen.name, seen.flavor["id"], seen.volume["size"]) == ("sdk", FLAVOR, 1)
    assert "sdk" in [one.name for one in proxy.instances()]
    assert proxy.find_instance("sdk").id == made.id
    address = standalone.http.instance(made.id)["ip"][0]

    proxy.create_database(made, name="shop", character_set="utf8mb4")
    assert [one.name for one in proxy.databases(made)] == ["shop"]

    grants = [{"name": "shop"}]
    proxy.create_user(made, name="anna", password="anna's Pässword", databases=grants)
    assert [(one.name, one.databases) for one in proxy.users(made)] == [("anna", grants)]
    with sql.login(address, "anna", "anna's Pässword") as cursor:
        cursor.execute("CREATE TABLE shop.t (n INT)")

    assert seen.is_root_enabled(proxy) is False
    root = seen.enable_root_user(proxy)
    assert seen.is_root_enabled(proxy) is True
    assert sql.can_login(address, root["name"], root["password"])

    seen.restart(proxy)
    assert proxy.get_instance(made.id).status == "REBOOT"
    standalone.http.until_ready(made.id)
    with sql.login(address, "anna", "anna's Pässword") as cursor:
        assert sql.column(cursor, "SELECT COUNT(*) FROM shop.t") == [0]

    proxy.delete_user("anna", made)
    assert not list(proxy.users(made))
    assert not sql.can_login(address, "anna", "anna's Pässword")
    proxy.delete_database("shop", made)
    assert not list(proxy.databases(made))

    proxy.update_instance(made, name="renamed by the sdk")
    assert proxy.get_instance(made.id).name == "renamed by the sdk"
    proxy.delete_instance(made)
    until(lambda: made.id not in [one.id for one in proxy.instances()], "its end")

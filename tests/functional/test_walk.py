"""An operator's and a tenant's ordinary day, through the clients they use."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from troveclient import exceptions  # type: ignore[import-untyped]

from tests.functional import sql
from tests.functional.service import (
    PROJECT,
    TAGS,
    VERSION,
    Service,
    client,
    openstack,
)
from tests.functional.waiting import until

PASSWORD = "spatel's Pässword%"


class Day:
    """The instance of a walk, and who asks for what."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.operator = client(service, service.auth)
        self.tenant = client(service, service.tenant_auth)
        self.id = ""
        self.address = ""

    def ready(self) -> Any:
        def look() -> Any:
            seen = self.tenant.instances.get(self.id)
            assert seen.status != "ERROR", seen.fault
            return (seen.status, seen.operating_status) == ("ACTIVE", "HEALTHY") and seen

        return until(look, f"instance {self.id} ready")

    def user_names(self) -> list[str]:
        return [user.name for user in self.tenant.users.list(self.id)]

    def database_names(self) -> list[str]:
        return [one.name for one in self.tenant.databases.list(self.id)]

    def can_login(self, user: str, password: str, database: str | None = None) -> bool:
        return sql.can_login(self.address, user, password, database)

    def quota(self) -> dict[str, tuple[int, int]]:
        rows = self.operator.quota.show(PROJECT)
        return {row.resource: (row.in_use, row.reserved) for row in rows}


def test_a_day(service: Service) -> None:
    day = Day(service)
    quota = day.quota()
    steps: list[Callable[[Day], None]] = [
        order_version,
        create,
        look_inside,
        administer_users,
        administer_databases,
        administer_access,
        administer_root,
        restart,
        update_access,
        resize_volume,
        resize_flavor,
        rename,
        delete,
    ]
    for step in steps:
        step(day)
    assert day.quota() == quota


def order_version(day: Day) -> None:
    """A second one; the instance gets it by its name."""
    words = ["datastore", "version", "create", "walk", "mysql", "mysql", ""]
    flags = ["--image-tags", ",".join(TAGS), "--active", "--version-number", VERSION]
    openstack(day.service, *words, *flags)
    names = [version.name for version in day.tenant.datastore_versions.list("mysql")]
    assert "walk" in names


def create(day: Day) -> None:
    network = uuid.uuid5(uuid.NAMESPACE_URL, f"dbaas-local:dbaas-{day.service.engine.name}")
    words = ["database", "instance", "create", "my_db", "--flavor", "m1.tiny", "--size", "1"]
    content = ["--databases", "testdb", "--users", f"spatel:{PASSWORD}"]
    version = ["--datastore", "mysql", "--datastore-version", "walk"]
    place = ["--nic", f"net-id={network}", "--is-public"]
    made = openstack(day.service, *words, *content, *version, *place, "-f", "json")
    day.id = made["id"]
    assert day.quota()["instances"][1] >= 1, "reserved while it is made"
    seen = day.ready()
    public = [one["address"] for one in seen.addresses if one["type"] == "public"]
    day.address = public[0]
    rows = openstack(day.service, "database", "instance", "list", "-f", "json")
    assert [row["Name"] for row in rows if row["ID"] == day.id] == ["my_db"]
    shown = openstack(day.service, "database", "instance", "show", "my_db", "-f", "json")
    assert (shown["status"], shown["operating_status"]) == ("ACTIVE", "HEALTHY")
    with sql.login(day.address, "spatel", PASSWORD) as cursor:
        running = sql.column(cursor, "SELECT VERSION()")[0]
    assert shown["datastore_version_number"] == running
    assert day.quota()["instances"][0] >= 1


def look_inside(day: Day) -> None:
    """A tenant's user sees its own database, and nothing of the server's or of its keeper."""
    with sql.login(day.address, "spatel", PASSWORD) as cursor:
        seen = set(sql.column(cursor, "SHOW DATABASES"))
        assert seen == {"testdb", "information_schema", "performance_schema"}
        cursor.execute("CREATE TABLE testdb.t (n INT PRIMARY KEY)")
        cursor.execute("INSERT INTO testdb.t VALUES (1), (2), (3)")
        for forbidden in (
            "SELECT * FROM mysql.user",
            "CREATE DATABASE more",
            "CREATE USER other",
            "SHOW GRANTS FOR 'os_admin'@'localhost'",
            "SET GLOBAL read_only = 1",
            "SHUTDOWN",
        ):
            assert not sql.may(cursor, forbidden), forbidden
        strangers = sql.column(cursor, "SELECT user FROM information_schema.processlist")
        assert set(strangers) <= {"spatel"}
    assert day.user_names() == ["spatel"]
    assert day.database_names() == ["testdb"]


def administer_users(day: Day) -> None:
    words = ["database", "user", "create", "my_db", "newuser", "userpass", "--databases", "testdb"]
    openstack(day.service, *words)
    assert day.user_names() == ["newuser", "spatel"]
    with sql.login(day.address, "newuser", "userpass") as cursor:
        assert sql.column(cursor, "SELECT COUNT(*) FROM testdb.t") == [3]

    users = day.tenant.users
    with pytest.raises(exceptions.BadRequest):
        users.create(day.id, [{"name": "newuser", "password": "x", "databases": []}])
    assert day.can_login("newuser", "userpass")

    users.update_attributes(day.id, "newuser", {"name": "renamed", "password": "otherpass"})
    assert day.user_names() == ["renamed", "spatel"]
    assert not day.can_login("newuser", "userpass")
    assert not day.can_login("renamed", "userpass")
    assert day.can_login("renamed", "otherpass", "testdb")

    users.change_passwords(day.id, [{"name": "renamed", "password": "third'pass\\"}])
    assert not day.can_login("renamed", "otherpass")
    assert day.can_login("renamed", "third'pass\\", "testdb")

    users.update_attributes(day.id, "renamed", {"host": "10.255.255.1"})
    assert users.get(day.id, "renamed", "10.255.255.1").host == "10.255.255.1"
    assert not day.can_login("renamed", "third'pass\\")
    users.update_attributes(day.id, "renamed", {"host": "%"}, hostname="10.255.255.1")
    assert day.can_login("renamed", "third'pass\\", "testdb")


def administer_databases(day: Day) -> None:
    wish = {"name": "new db", "character_set": "utf8mb4", "collate": "utf8mb4_bin"}
    day.tenant.databases.create(day.id, [wish, {"name": "a%b_c"}])
    assert day.database_names() == ["a%b_c", "new db", "testdb"]
    assert not day.can_login("renamed", "third'pass\\", "new db")


def administer_access(day: Day) -> None:
    users = day.tenant.users
    users.grant(day.id, "renamed", ["new db"])
    granted = [one.name for one in users.list_access(day.id, "renamed")]
    assert granted == ["new db", "testdb"]
    with sql.login(day.address, "renamed", "third'pass\\") as cursor:
        cursor.execute("CREATE TABLE `new db`.t (n INT)")
        collation = "SELECT @@collation_database"
        cursor.execute("USE `new db`")
        assert sql.column(cursor, collation) == ["utf8mb4_bin"]
    users.revoke(day.id, "renamed", "new db")
    with sql.login(day.address, "renamed", "third'pass\\") as cursor:
        assert not sql.may(cursor, "SELECT * FROM `new db`.t")

    users.delete(day.id, "renamed")
    assert not day.can_login("renamed", "third'pass\\")
    for name in ("new db", "a%b_c"):
        day.tenant.databases.delete(day.id, name)
    assert (day.user_names(), day.database_names()) == (["spatel"], ["testdb"])


def administer_root(day: Day) -> None:
    root = day.tenant.root
    assert root.is_root_enabled(day.id).rootEnabled is False
    for given in (None, "given Pässword'"):
        name, password = root.create_instance_root(day.id, given)
        assert given in (None, password)
        assert root.is_root_enabled(day.id).rootEnabled is True
        with sql.login(day.address, name, password) as cursor:
            assert sql.column(cursor, "SELECT COUNT(*) FROM mysql.user")[0] >= 1
            assert not sql.may(cursor, "DROP USER 'os_admin'@'localhost'")
    root.delete(day.id)
    assert root.is_root_enabled(day.id).rootEnabled is False
    assert not day.can_login("root", "given Pässword'")
    assert day.user_names() == ["spatel"]


def restart(day: Day) -> None:
    with sql.login(day.address, "spatel", PASSWORD) as cursor:
        cursor.execute("INSERT INTO testdb.t VALUES (4)")
    before = _started(day)
    day.tenant.instances.restart(day.id)
    assert day.tenant.instances.get(day.id).operating_status != "HEALTHY"
    day.ready()
    assert _started(day) != before
    with sql.login(day.address, "spatel", PASSWORD) as cursor:
        assert sql.column(cursor, "SELECT n FROM testdb.t ORDER BY n") == [1, 2, 3, 4]


def update_access(day: Day) -> None:
    """This cloud can't change it: that is told, and nothing else comes of it."""
    openstack(day.service, "database", "instance", "update", "my_db", "--is-private")
    seen = day.ready()
    assert seen.fault["message"] == "On this machine an instance stays as public as it was made."
    assert seen.access["is_public"] is True
    assert day.can_login("spatel", PASSWORD, "testdb")


def resize_volume(day: Day) -> None:
    volumes = day.quota()["volumes"]
    openstack(day.service, "database", "instance", "resize", "volume", "my_db", "3")
    seen = day.ready()
    assert seen.volume["size"] == 3
    assert not hasattr(seen, "fault"), "it belonged to what failed before"
    assert day.quota()["volumes"] == (volumes[0] + 2, volumes[1])


def resize_flavor(day: Day) -> None:
    memory, ram = _memory(day), day.quota()["ram"]
    openstack(day.service, "database", "instance", "resize", "flavor", "my_db", "m1.small")
    assert day.tenant.instances.get(day.id).operating_status != "HEALTHY"
    seen = day.ready()
    flavors = {flavor.name: flavor for flavor in day.tenant.flavors.list()}
    assert seen.flavor["id"] == str(flavors["m1.small"].id)
    more = flavors["m1.small"].ram - flavors["m1.tiny"].ram
    assert day.quota()["ram"] == (ram[0] + more, ram[1])
    assert _memory(day) > memory, "the container has the new limits"
    with sql.login(day.address, "spatel", PASSWORD) as cursor:
        assert sql.column(cursor, "SELECT n FROM testdb.t ORDER BY n") == [1, 2, 3, 4]


def _memory(day: Day) -> int:
    seen = day.service.engine.containers()[_resource(day)]
    return int(seen.attrs["HostConfig"]["Memory"])


def _started(day: Day) -> str:
    seen = day.service.engine.containers()[_resource(day)]
    return str(seen.attrs["State"]["StartedAt"])


def _resource(day: Day) -> str:
    """What its container and its volume are called."""
    return str(day.operator.instances.get(day.id).volume_id)


def rename(day: Day) -> None:
    day.tenant.instances.update(day.id, name="renamed db")
    assert day.tenant.instances.get(day.id).name == "renamed db"
    assert "renamed db" in [one.name for one in day.tenant.instances.list()]


def delete(day: Day) -> None:
    name, engine = _resource(day), day.service.engine
    mounts = engine.containers()[name].attrs["Mounts"]
    assert [one["Name"] for one in mounts if one["Type"] == "volume"] == [name]
    assert name in engine.volumes()
    day.tenant.instances.delete(day.id)

    def gone() -> bool:
        try:
            day.tenant.instances.get(day.id)
        except exceptions.NotFound:
            return True
        return False

    until(gone, "the end of the instance")
    assert name not in engine.containers()
    assert name not in engine.volumes()
    assert not list(day.service.folder.glob(f"local/servers/{name}*"))

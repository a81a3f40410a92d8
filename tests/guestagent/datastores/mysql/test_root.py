import pymysql
import pytest

from dbaas.rpc.guest import Refused
from tests.guestagent.nodes import Node


def test_root_is_enabled_and_disabled(node: Node) -> None:
    answer = node.call("enable_root")
    assert answer["inventory"]["root_enabled"] is True
    assert [user["name"] for user in answer["inventory"]["users"]] == ["anna"]
    assert len(answer["password"]) >= 30
    with node.login("root", answer["password"]) as cursor:
        cursor.execute("CREATE USER cy IDENTIFIED BY 'x'")
        cursor.execute("GRANT SELECT ON *.* TO cy")
        assert node.call("disable_root")["inventory"]["root_enabled"] is False
        with pytest.raises(pymysql.err.MySQLError):
            cursor.execute("SELECT 1")
    assert not node.can_login("root", answer["password"])
    with pytest.raises(Refused) as refused:
        node.call("disable_root")
    assert refused.value.code == "not_found"


def test_a_given_password_replaces_the_last(node: Node) -> None:
    first = node.call("enable_root", password=None)["password"]
    assert node.call("enable_root", password="it's %s")["password"] == "it's %s"
    assert node.can_login("root", "it's %s")
    assert not node.can_login("root", first)


def test_root_does_not_touch_the_agents_account_by_mistake(node: Node) -> None:
    password = node.call("enable_root")["password"]
    with node.login("root", password) as cursor:
        for statement in (
            "ALTER USER os_admin@localhost IDENTIFIED BY 'mine'",
            "DROP USER os_admin@localhost",
            "RENAME USER os_admin@localhost TO cy@localhost",
            "REVOKE ALL ON *.* FROM os_admin@localhost",
            "CREATE DEFINER=os_admin@localhost PROCEDURE first.p() SELECT 1",
        ):
            with pytest.raises(pymysql.err.MySQLError):
                cursor.execute(statement)
    assert node.call("ping")["status"] == "HEALTHY"


def test_a_tenant_makes_triggers_with_and_without_root(node: Node) -> None:
    password = node.call("enable_root")["password"]
    for user, secret in (("anna", "first pa'ss"), ("root", password)):
        with node.login(user, secret, "first") as cursor:
            cursor.execute("CREATE TABLE t (i INT)")
            cursor.execute("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.i = 1")
            cursor.execute("CREATE FUNCTION f() RETURNS INT RETURN 1")
            cursor.execute("DROP TABLE t")
            cursor.execute("DROP FUNCTION f")


def test_nothing_is_let_in_that_the_image_made(node: Node) -> None:
    password = node.call("enable_root")["password"]
    with node.login("root", password) as cursor:
        cursor.execute("SELECT user, host FROM mysql.user WHERE user NOT LIKE 'mysql.%'")
        accounts = set(cursor.fetchall())
    assert accounts == {("anna", "%"), ("os_admin", "localhost"), ("root", "%")}

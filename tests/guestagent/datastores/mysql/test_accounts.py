from typing import Any

import pymysql
import pytest

from dbaas.rpc.guest import Refused
from tests.guestagent.nodes import Node

User = dict[str, Any]


def _user(name: str = "bo", password: str = "one", **more: Any) -> User:
    return {"name": name, "password": password, **more}


def _made(answer: dict[str, Any]) -> list[User]:
    return [user for user in answer["inventory"]["users"] if user["name"] != "anna"]


@pytest.fixture
def look_alikes(node: Node) -> Node:
    """Two databases of which the first, unescaped, is a pattern for both."""
    node.call("create_databases", databases=[{"name": "my_db"}, {"name": "myXdb"}])
    return node


@pytest.mark.parametrize(
    "password",
    [
        "plain",
        "it's",
        '"',
        "\\",
        "\\'",
        "%s %(x)s %",
        "`; -- #",
        "ünïcödé",
        "密码",
        "😀",
        " blank ",
        "x" * 256,
    ],
)
def test_any_password_logs_in(node: Node, password: str) -> None:
    answer = node.call("create_users", users=[_user(password=password)])
    assert _made(answer) == [{"name": "bo", "host": "%", "databases": []}]
    assert node.can_login("bo", password)
    assert not node.can_login("bo", password + "x")


def test_a_user_reaches_its_databases_only(look_alikes: Node) -> None:
    node = look_alikes
    answer = node.call("create_users", users=[_user(databases=[{"name": "my_db"}])])
    assert _made(answer) == [{"name": "bo", "host": "%", "databases": ["my_db"]}]
    assert node.can_login("bo", "one", "my_db")
    assert not node.can_login("bo", "one", "myXdb")


def test_grant_and_revoke(look_alikes: Node) -> None:
    node = look_alikes
    node.call("create_users", users=[_user(host="172.%")])
    account = {"name": "bo", "host": "172.%"}
    answer = node.call("grant", **account, databases=["myXdb", "my_db"])
    assert _made(answer) == [{**account, "databases": ["myXdb", "my_db"]}]
    with node.login("bo", "one", "my_db") as cursor:
        cursor.execute("CREATE TABLE t (i INT)")
        answer = node.call("revoke", **account, database="my_db")
        assert _made(answer) == [{**account, "databases": ["myXdb"]}]
        with pytest.raises(pymysql.err.MySQLError):
            cursor.execute("SELECT * FROM t")
    assert node.can_login("bo", "one", "myXdb")
    assert not node.can_login("bo", "one", "my_db")
    with pytest.raises(Refused) as refused:
        node.call("revoke", **account, database="my_db")
    assert refused.value.code == "not_found"


def test_a_grant_with_grant_option_is_revoked_whole(look_alikes: Node) -> None:
    """As a tenant's root may have given it."""
    node = look_alikes
    node.call("create_users", users=[_user(), _user("cy")])
    password = node.call("enable_root")["password"]
    with node.login("root", password) as cursor:
        cursor.execute("GRANT ALL ON `my\\_db`.* TO bo WITH GRANT OPTION")
    node.call("revoke", name="bo", host="%", database="my_db")
    assert not node.can_login("bo", "one", "my_db")
    assert _made(node.call("drop_user", name="cy", host="%"))[0]["databases"] == []


def test_grants_are_all_or_nothing(look_alikes: Node) -> None:
    node = look_alikes
    node.call("create_users", users=[_user()])
    for wrong, code in (("none", "not_found"), ("mysql", "invalid")):
        with pytest.raises(Refused) as refused:
            node.call("grant", name="bo", host="%", databases=["my_db", wrong])
        assert refused.value.code == code
    assert node.look()["users"][1]["databases"] == []


def test_a_name_that_cannot_be_granted_says_so(node: Node) -> None:
    name = "_" * 40
    node.call("create_databases", databases=[{"name": name}])
    with pytest.raises(Refused, match="cannot grant") as refused:
        node.call("grant", name="anna", host="%", databases=["first", name])
    assert refused.value.code == "invalid"


def test_users_are_made_all_or_none(node: Node) -> None:
    for users, code in (
        ([_user(), _user("anna")], "exists"),
        ([_user(), _user()], "invalid"),
        ([_user(), _user("cy", databases=[{"name": "none"}])], "not_found"),
        ([_user(), _user("cy", password="")], "invalid"),
        ([_user(), _user("os_admin")], "invalid"),
    ):
        with pytest.raises(Refused) as refused:
            node.call("create_users", users=users)
        assert refused.value.code == code
        assert [user["name"] for user in node.look()["users"]] == ["anna"]


def test_the_same_name_from_two_hosts(node: Node) -> None:
    answer = node.call("create_users", users=[_user(), _user(host="10.0.0.1", password="two")])
    assert [user["host"] for user in _made(answer)] == ["%", "10.0.0.1"]
    node.call("drop_user", name="bo", host="10.0.0.1")
    assert node.can_login("bo", "one")


def test_a_dropped_user_is_cut_off(node: Node) -> None:
    node.call("create_users", users=[_user()])
    with node.login("bo", "one") as cursor:
        assert _made(node.call("drop_user", name="bo", host="%")) == []
        with pytest.raises(pymysql.err.MySQLError):
            cursor.execute("SELECT 1")
    assert not node.can_login("bo", "one")
    with pytest.raises(Refused) as refused:
        node.call("drop_user", name="bo", host="%")
    assert refused.value.code == "not_found"


def test_a_renamed_user_keeps_password_and_grants(look_alikes: Node) -> None:
    node = look_alikes
    node.call("create_users", users=[_user(databases=[{"name": "my_db"}])])
    answer = node.call("update_user", name="bo", host="%", changes={"name": "cy", "host": "172.%"})
    assert _made(answer) == [{"name": "cy", "host": "172.%", "databases": ["my_db"]}]
    assert node.can_login("cy", "one", "my_db")
    assert not node.can_login("bo", "one")
    node.call("update_user", name="cy", host="172.%", changes={"name": "bo", "password": "new"})
    assert node.can_login("bo", "new", "my_db")
    node.call("update_user", name="bo", host="172.%", changes={"password": "newer"})
    assert node.can_login("bo", "newer")


def test_an_update_that_cannot_be_done_changes_nothing(node: Node) -> None:
    node.call("create_users", users=[_user()])
    for account, changes, code in (
        ("bo", {"name": "anna"}, "exists"),
        ("bo", {"name": "root"}, "invalid"),
        ("bo", {"name": "cy", "password": ""}, "invalid"),
        ("none", {"name": "cy"}, "not_found"),
    ):
        with pytest.raises(Refused) as refused:
            node.call("update_user", name=account, host="%", changes=changes)
        assert refused.value.code == code
    assert node.can_login("bo", "one")


def test_passwords_are_set_for_all_or_none(node: Node) -> None:
    node.call("create_users", users=[_user(), _user("cy")])
    with pytest.raises(Refused) as refused:
        node.call("set_passwords", users=[_user(password="x"), _user("none")])
    assert refused.value.code == "not_found"
    assert node.can_login("bo", "one")
    node.call("set_passwords", users=[_user(password="two"), _user("cy", password="three")])
    assert node.can_login("bo", "two")
    assert node.can_login("cy", "three")
    assert not node.can_login("bo", "one")
    assert len(_made(node.call("set_passwords", users=[]))) == 2

"""Instances: what is stored, what it costs, and what happens at the same moment."""

import threading
from typing import Any

import pytest
from sqlalchemy import select

from dbaas.db import operations
from dbaas.db.models import Event, Instance, Node, Operation
from dbaas.db.states import InstanceStatus, InstanceWish, NodeWish
from tests.api.harness import NETWORK, Api, end_operation


def rows(api: Api, model: type[Any]) -> list[Any]:
    return api.database.read(lambda session: list(session.scalars(select(model))))


def set_status(
    api: Api, instance_id: str, status: InstanceStatus, fault: str | None = None
) -> None:
    def work(session: Any) -> None:
        instance = session.get_one(Instance, instance_id)
        instance.status = status
        if fault:
            instance.fault_message, instance.fault_at = fault, instance.created_at

    api.database.write(work)


def test_a_create_is_rows_quota_operation_and_event(api: Api) -> None:
    answer = api.ask(
        "POST",
        "/instances",
        api.order(nics=[{"net-id": NETWORK}], volume={"size": 3, "type": None}),
        role="member",
    )
    (instance,), (node,), (operation,), (event,) = (
        rows(api, model) for model in (Instance, Node, Operation, Event)
    )
    assert (instance.status, instance.network_id) == (InstanceStatus.BUILD, NETWORK)
    assert node.instance_id == operation.instance_id == event.instance_id == instance.id
    assert operation.kind == "create_instance"
    assert operation.user_id == "member-of-alpha"
    assert operation.request_id == answer.headers["X-OpenStack-Request-Id"]
    quotas = api.ask("GET", "/mgmt/quotas/alpha").json["quotas"]
    assert {row["resource"]: row["reserved"] for row in quotas} == {
        "instances": 1,
        "ram": 512,
        "volumes": 3,
        "backups": 0,
    }


def test_passwords_are_only_ever_sealed(api: Api) -> None:
    user = {"name": "bob", "password": "hunter2", "databases": [{"name": "shop"}]}
    api.create(databases=[{"name": "shop"}], users=[user])
    assert "hunter2" not in repr(api.dump())
    (operation,) = rows(api, Operation)
    assert api.vault.unseal(operation.secrets) == {
        "databases": [{"name": "shop"}],
        "users": [{**user, "host": "%"}],
    }


def test_a_refused_create_leaves_nothing(api: Api) -> None:
    api.conf.set_override("max_volumes_per_tenant", 4)
    before = api.dump()
    answer = api.ask("POST", "/instances", api.order(volume={"size": 5}))
    assert answer.status_int == 413
    assert answer.json["overLimit"]["message"] == "quota of volumes exceeded: 5 asked, 4 free"
    assert api.dump() == before


def test_parallel_creates_fill_the_quota_exactly(api: Api) -> None:
    codes: list[int] = []

    def create() -> None:
        codes.append(api.ask("POST", "/instances", api.order()).status_int)

    threads = [threading.Thread(target=create) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] * 10 + [413] * 40
    assert len(rows(api, Instance)) == len(rows(api, Operation)) == 10


@pytest.mark.parametrize("number", [1, 3, 9])
@pytest.mark.parametrize("path", ["/instances", "/instances/detail"])
def test_a_page_costs_at_most_three_statements(api: Api, path: str, number: int) -> None:
    for _ in range(number):
        api.create()
    with api.counted() as statements:
        assert len(api.ask("GET", path).json["instances"]) == number
    assert len(statements) <= 3


def test_a_show_costs_one_statement(api: Api) -> None:
    instance_id = api.create_active()
    with api.counted() as statements:
        api.ask("GET", f"/instances/{instance_id}")
    assert len(statements) == 1


@pytest.mark.parametrize("inside", ["users", "databases", "root"])
def test_a_look_inside_costs_one_statement_and_no_call(api: Api, inside: str) -> None:
    instance_id = api.create_active()
    with api.counted() as statements:
        assert api.ask("GET", f"/instances/{instance_id}/{inside}").status_int == 200
    assert len(statements) == 1
    assert api.guests[instance_id].asked == []


def test_pages_follow_ids_and_are_sorted_by_age(api: Api) -> None:
    made = [api.create() for _ in range(5)]
    seen: list[str] = []
    path: str | None = "/instances?limit=2"
    while path:
        answer = api.ask("GET", path).json
        page = answer["instances"]
        created = [row["created"] for row in page if "created" in row]
        assert created == sorted(created, reverse=True)
        seen += sorted(row["id"] for row in page)
        links = {link["rel"]: link["href"] for link in answer.get("links", [])}
        path = links["next"].partition("/v1.0/alpha")[2] if links else None
    assert seen == sorted(made)


def test_names_find_what_no_page_shows(api: Api) -> None:
    api.conf.set_override("instances_page_size", 2)
    for number in range(5):
        api.create(name=f"db{number}")
    for number in range(5):
        (row,) = api.ask("GET", f"/instances?name=db{number}").json["instances"]
        assert row["name"] == f"db{number}"


def test_links_are_as_the_client_came(api: Api) -> None:
    headers = {"Host": "cloud.example:8779"}
    api.create()
    api.create()
    answer = api.ask("GET", "/instances?limit=1", headers=headers).json
    (instance,) = answer["instances"]
    base = "http://cloud.example:8779"
    assert instance["links"][0]["href"] == f"{base}/v1.0/alpha/instances/{instance['id']}"
    assert instance["links"][1]["href"] == f"{base}/instances/{instance['id']}"
    assert answer["links"][0]["href"].startswith(f"{base}/v1.0/alpha/instances?")


def test_a_running_operation_hides_the_operating_status(api: Api) -> None:
    instance_id = api.create_active()
    path = f"/instances/{instance_id}"
    assert api.ask("GET", path).json["instance"]["operating_status"] == "HEALTHY"
    assert api.ask("POST", f"{path}/action", {"restart": None}).status_int == 202
    shown = api.ask("GET", path).json["instance"]
    assert (shown["status"], shown["operating_status"]) == ("REBOOT", "")


def test_busy_names_the_running_operation(api: Api) -> None:
    instance_id = api.create_active()
    path = f"/instances/{instance_id}"
    api.ask("POST", f"{path}/action", {"restart": {}})
    running = next(row for row in rows(api, Operation) if row.live_key)
    for method, place, body in (
        ("POST", "/action", {"restart": {}}),
        ("POST", "/users", {"users": [{"name": "bob", "password": "x"}]}),
        ("POST", "/root", None),
    ):
        answer = api.ask(method, path + place, body)
        assert answer.status_int == 422
        message = answer.json["unprocessableEntity"]["message"]
        assert "restart_instance" in message
        assert running.id in message


def test_what_was_never_built_is_not_restarted(api: Api) -> None:
    instance_id = api.create()
    api.database.write(lambda session: end_operation(session, instance_id))
    set_status(api, instance_id, InstanceStatus.ERROR, "no server")
    answer = api.ask("POST", f"/instances/{instance_id}/action", {"restart": {}})
    assert answer.status_int == 422
    assert "never built" in answer.text


@pytest.mark.parametrize("status", [InstanceStatus.ACTIVE, InstanceStatus.ERROR])
def test_a_delete_of_what_rests_is_an_operation(api: Api, status: InstanceStatus) -> None:
    instance_id = api.create_active()
    set_status(api, instance_id, status)
    assert api.ask("DELETE", f"/instances/{instance_id}").status_int == 202
    live = [row.kind for row in rows(api, Operation) if row.live_key]
    assert live == ["delete_instance"]


def test_a_delete_during_a_create_wakes_it(api: Api) -> None:
    instance_id = api.create()
    assert api.ask("DELETE", f"/instances/{instance_id}").status_int == 202
    (instance,), (node,), (operation,) = (rows(api, m) for m in (Instance, Node, Operation))
    assert instance.wished == InstanceWish.DELETED
    assert instance.status == InstanceStatus.SHUTDOWN
    assert node.wished == NodeWish.ABSENT
    assert (operation.kind, operation.nudges) == ("create_instance", 1)


def test_a_second_delete_changes_nothing(api: Api) -> None:
    instance_id = api.create()
    api.ask("DELETE", f"/instances/{instance_id}")
    before = api.dump()
    assert api.ask("DELETE", f"/instances/{instance_id}").status_int == 202
    assert api.dump() == before
    shown = api.ask("GET", f"/instances/{instance_id}").json["instance"]
    assert shown["status"] == "SHUTDOWN"


def test_what_is_gone_is_404_but_its_history_stays(api: Api) -> None:
    instance_id = api.create_active()

    def gone(session: Any) -> None:
        instance = session.get_one(Instance, instance_id)
        instance.status, instance.deleted_at = InstanceStatus.DELETED, instance.created_at

    api.database.write(gone)
    path = f"/instances/{instance_id}"
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"instance": {"name": "x"}})):
        answer = api.ask(method, path, body)
        assert (answer.status_int, list(answer.json)) == (404, ["itemNotFound"])
    assert api.ask("GET", "/instances").json == {"instances": []}
    assert len(api.ask("GET", f"{path}/events").json["events"]) == 1
    assert api.ask("GET", f"{path}/events", project="beta").status_int == 404


def test_reset_status_is_for_what_rests(api: Api) -> None:
    building, built = api.create(), api.create_active()
    for instance_id, after in ((building, "BUILD"), (built, "ERROR")):
        path = f"/instances/{instance_id}"
        body: dict[str, Any] = {"reset_status": {}}
        assert api.ask("POST", f"{path}/action", body).status_int == 403
        assert api.ask("POST", f"{path}/action", body, role="admin").status_int == 202
        assert api.ask("GET", path).json["instance"]["status"] == after


def test_a_rename_is_told(api: Api) -> None:
    instance_id = api.create()
    body = {"instance": {"name": "db2"}}
    assert api.ask("PUT", f"/instances/{instance_id}", body).status_int == 202
    assert api.ask("GET", f"/instances/{instance_id}").json["instance"]["name"] == "db2"
    events = api.ask("GET", f"/instances/{instance_id}/events").json["events"]
    assert events[-1]["message"] == "It was renamed to db2."


def test_events_are_paged_oldest_first(api: Api) -> None:
    instance_id = api.create()
    for number in range(4):
        api.ask("PATCH", f"/instances/{instance_id}", {"instance": {"name": f"n{number}"}})
    ids: list[int] = []
    path: str | None = f"/instances/{instance_id}/events?limit=2"
    while path:
        answer = api.ask("GET", path).json
        ids += [event["id"] for event in answer["events"]]
        links = answer.get("links")
        path = links[0]["href"].partition("/v1.0/alpha")[2] if links else None
    assert len(ids) == 5
    assert ids == sorted(ids)


def test_an_administrator_acts_on_other_projects_from_their_own(api: Api) -> None:
    instance_id = api.create(project="beta")
    path = f"/instances/{instance_id}"
    shown = api.ask("GET", path, role="admin").json["instance"]
    assert shown["tenant_id"] == "beta"
    assert api.ask("GET", "/instances", role="admin").json == {"instances": []}
    (managed,) = api.ask("GET", "/mgmt/instances?deleted=False", role="admin").json["instances"]
    assert managed["id"] == instance_id
    assert api.ask("DELETE", path, role="admin").status_int == 202


def test_lost_hints_do_not_matter(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr("dbaas.rpc.taskmanager.TaskManagerClient.hint", fail)
    assert api.ask("POST", "/instances", api.order()).status_int == 200


def test_two_accepts_at_one_moment(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    instance_id = api.create_active()
    api.ask("POST", f"/instances/{instance_id}/action", {"restart": {}})
    set_status(api, instance_id, InstanceStatus.ACTIVE)
    # The other request's operation is not seen yet when this one looks.
    monkeypatch.setattr(operations, "live", lambda *_: None)
    answer = api.ask("POST", f"/instances/{instance_id}/action", {"restart": {}})
    assert (answer.status_int, list(answer.json)) == (422, ["unprocessableEntity"])

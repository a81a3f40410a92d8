"""What the pipeline does around the handlers: identity, faults, request ids."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
import webob
from oslo_db import exception as db_exc
from oslo_log import formatters
from sqlalchemy import select

from dbaas import conf as dbaas_conf
from dbaas.api import middleware
from dbaas.api.app import build_app
from dbaas.cmd import api as command
from dbaas.db.models import Event, Inventory
from tests.api import keystone
from tests.api.guest import Refusal
from tests.api.harness import NETWORK, Api


@pytest.mark.parametrize(
    ("code", "status", "key"),
    [
        ("exists", 400, "badRequest"),
        ("invalid", 400, "badRequest"),
        ("not_found", 404, "itemNotFound"),
        ("not_ready", 422, "unprocessableEntity"),
        ("failed", 422, "unprocessableEntity"),
    ],
)
def test_what_a_guest_refuses(api: Api, code: str, status: int, key: str) -> None:
    instance_id = api.create_active()
    api.guests[instance_id].refusal = Refusal(code, "the reason")
    before = api.dump()
    answer = api.ask("POST", f"/instances/{instance_id}/root")
    assert answer.status_int == status
    assert answer.json == {key: {"code": status, "message": "the reason"}}
    assert api.dump() == before


def test_a_guest_that_does_not_answer(api: Api) -> None:
    instance_id = api.create_active()
    api.silence(instance_id)
    before = api.dump()
    answer = api.ask("POST", f"/instances/{instance_id}/databases", {"databases": {"name": "a"}})
    assert answer.status_int == 503
    assert "whether it was done is not known" in answer.json["serviceUnavailable"]["message"]
    assert api.dump() == before


def test_a_change_inside_is_kept_with_its_event(api: Api) -> None:
    instance_id = api.create_active()
    users = [{"name": "bob", "password": "hunter2"}]
    assert api.ask("POST", f"/instances/{instance_id}/users", {"users": users}).status_int == 202
    (seen,) = api.database.read(lambda session: list(session.scalars(select(Inventory))))
    assert seen.users == [{"name": "bob", "host": "%", "databases": []}]
    events = api.database.read(lambda session: list(session.scalars(select(Event))))
    assert events[-1].text == "User bob@% created."
    assert "hunter2" not in repr(api.dump())


def test_no_guest_is_asked_during_a_transaction(api: Api, monkeypatch: Any) -> None:
    instance_id = api.create_active()
    open_ones = []

    def call(self: Any, *_: Any, **__: Any) -> Any:
        open_ones.append(api.database.in_transaction)
        return {"inventory": api.guests[instance_id].look()}

    monkeypatch.setattr("dbaas.rpc.guest.GuestClient.call", call)
    api.ask("DELETE", f"/instances/{instance_id}/databases/shop")
    assert open_ones == [False]


def test_our_own_database_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise db_exc.DBConnectionError()

    monkeypatch.setattr(api.database, "read", fail)
    answer = api.ask("GET", "/instances")
    assert (answer.status_int, list(answer.json)) == (503, ["serviceUnavailable"])


def test_what_nobody_foresaw_says_no_more_than_its_request_id(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the secret is hunter2")

    monkeypatch.setattr(api.database, "read", fail)
    answer = api.ask("GET", "/instances")
    assert answer.status_int == 500
    assert "hunter2" not in answer.text
    assert answer.headers["X-OpenStack-Request-Id"] in answer.json["instanceFault"]["message"]
    assert "hunter2" in caplog.text


def test_every_request_is_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "dbaas.api"):
        api.ask("GET", "/flavors")
        api.ask("GET", "/nothing")
    lines = [
        record.getMessage() for record in caplog.records if record.name == middleware.__name__
    ]
    assert lines == ["GET '/v1.0/alpha/flavors' 200", "GET '/v1.0/alpha/nothing' 404"]


def test_lines_name_the_request_and_the_instance(api: Api) -> None:
    """As oslo.log writes them by default."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatters.ContextFormatter(config=api.conf))
    middleware.LOG.addHandler(handler)
    middleware.LOG.setLevel(logging.INFO)
    try:
        order = api.order(nics=[{"net-id": NETWORK}])
        made = api.ask("POST", "/instances", order)
        shown = api.ask("GET", f"/instances/{made.json['instance']['id']}")
        api.ask("GET", "/flavors")
    finally:
        middleware.LOG.setLevel(logging.NOTSET)
        middleware.LOG.removeHandler(handler)
    *of_instance, other = handler.stream.getvalue().splitlines()
    for answer, line in zip((made, shown), of_instance, strict=True):
        assert answer.headers["X-OpenStack-Request-Id"] in line
        assert f"[instance: {made.json['instance']['id']}]" in line
    assert "[instance" not in other


def test_without_authentication_everybody_is_administrator(api: Api) -> None:
    api.conf.set_override("auth_strategy", "none")
    app = build_app(api.conf, api.database, api.transport, api.vault)
    for path in ("/v1.0/demo/instances", "/v1.0/demo/mgmt/quotas/other"):
        request = webob.Request.blank(path, headers={"X-Roles": "reader", "X-Project-Id": "x"})
        assert request.get_response(app).status_int == 200
    assert webob.Request.blank("/nothing").get_response(app).status_int == 404


def test_keystone_says_who_asks(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "dbaas.conf"
    with keystone.serve() as url:
        file.write_text(keystone.options(url))
        conf = dbaas_conf.load(files=[str(file)])
        app = build_app(conf, api.database, api.transport, api.vault)
        for token, path, code in (
            ("reader:alpha", "/v1.0/alpha/instances", 200),
            ("reader:alpha", "/v1.0/alpha/mgmt/instances", 403),
            ("reader:beta", "/v1.0/alpha/instances", 403),
            ("admin:alpha", "/v1.0/alpha/mgmt/instances", 200),
            ("forged", "/v1.0/alpha/instances", 401),
        ):
            headers = {"X-Auth-Token": token, "X-Roles": "admin", "X-Project-Id": "alpha"}
            answer = webob.Request.blank(path, headers=headers).get_response(app)
            assert answer.status_int == code, (token, path, answer.text)


def test_keystones_refusals_read_like_all_others(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "dbaas.conf"
    headers = {"X-Roles": "admin", "X-Project-Id": "demo"}
    request = webob.Request.blank("/v1.0/demo/instances", headers=headers)
    for section, code, key in (
        ("", 503, "serviceUnavailable"),  # it cannot tell where Keystone is
        ("[keystone_authtoken]\nwww_authenticate_uri = http://k", 401, "unauthorized"),
    ):
        file.write_text(section)
        conf = dbaas_conf.load(files=[str(file)])
        app = build_app(conf, api.database, api.transport, api.vault)
        answer = request.get_response(app)
        assert (answer.status_int, list(answer.json)) == (code, [key])
        assert webob.Request.blank("/").get_response(app).status_int == 200
    assert answer.headers["WWW-Authenticate"] == 'Keystone uri="http://k"'


def test_the_api_service_wants_authentication(monkeypatch: pytest.MonkeyPatch) -> None:
    conf = dbaas_conf.load(files=[])
    conf.set_override("auth_strategy", "none")
    monkeypatch.setattr(dbaas_conf, "load", lambda *_: conf)
    with pytest.raises(SystemExit, match="dbaas-standalone only"):
        command.main()


def test_a_body_of_unknown_length_is_limited_too(api: Api) -> None:
    class Endless:
        def read(self, size: int = -1) -> bytes:
            return b"x" * (size if size > 0 else 2**20)

    request = webob.Request.blank("/v1.0/alpha/instances", method="POST")
    request.headers["X-Auth-Token"] = "member:alpha"
    request.environ["wsgi.input"] = Endless()
    request.environ["wsgi.input_terminated"] = True
    request.environ.pop("CONTENT_LENGTH", None)
    answer = request.get_response(api.app)
    assert (answer.status_int, list(answer.json)) == (413, ["overLimit"])

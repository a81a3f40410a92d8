"""What a load balancer is told."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import webob

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.db import schema
from dbaas.db.database import Database
from tests.api.harness import Api, identify


def ask(app: Any, method: str = "GET") -> webob.Response:
    return webob.Request.blank("/healthcheck", method=method).get_response(app)


def set_revision(api: Api, revision: str) -> None:
    with api.database.engine.begin() as connection:
        connection.execute(
            sqlalchemy.text("UPDATE alembic_version SET version_num = :revision"),
            {"revision": revision},
        )


def test_all_is_well(api: Api) -> None:
    assert ask(api.app).status_int == 200
    assert ask(api.app, "HEAD").status_int == 204
    assert ask(api.app).headers["X-OpenStack-Request-Id"].startswith("req-")


def test_the_schema_is_too_old(api: Api) -> None:
    set_revision(api, "0001")
    answer = ask(api.app)
    assert answer.status_int == 503
    assert "dbaas-manage db sync" in answer.text


def test_there_is_no_schema(api: Api, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    app = build_app(api.conf, empty, api.transport, api.vault)
    assert ask(app).status_int == 503
    empty.close()


def test_a_newer_schema_is_served_while_services_are_upgraded(api: Api) -> None:
    set_revision(api, "9999")
    assert ask(api.app).status_int == 200
    set_revision(api, schema.head())
    assert ask(api.app).status_int == 200


def test_the_database_is_away_and_its_password_not_told(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database("mysql+pymysql://dbaas:hunter2@127.0.0.1:1/dbaas")
    app = build_app(api.conf, away, api.transport, api.vault)
    answer = ask(app)
    assert (answer.status_int, answer.text) == (503, "the database does not answer")
    assert "The database cannot be used" in caplog.text
    assert "hunter2" not in caplog.text


def test_an_operator_takes_it_out(api: Api, tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "dbaas.conf"
    section = f"[healthcheck]\nbackends = disable_by_file\ndisable_by_file_path = {out}\n"
    file.write_text(f"[DEFAULT]\ntransport_url = fake://\n{section}")
    conf = dbaas_conf.load(files=[str(file)])
    app = build_app(conf, api.database, api.transport, api.vault, identify)
    assert ask(app).status_int == 200
    out.touch()
    assert ask(app).status_int == 503

"""A policy file that was written for Trove means the same here."""

from pathlib import Path

import yaml

from dbaas.api.app import build_app
from tests.api.harness import Api, identify
from tests.databases import Databases

RULES = {
    "support": "role:nobody-has-it or rule:admin",
    "instance:index": "rule:admin_or_owner",
    "instance:detail": "project_id:%(tenant)s and role:reader",
    "instance:delete": "rule:support",
    "instance:edit": "rule:admin",
    "backup:index:all_projects": "role:admin",
}


def test_its_rules_and_names_are_understood(tmp_path: Path, all_databases: Databases) -> None:
    api = Api(all_databases.new_sqlite())
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(RULES))
    api.conf.set_override("policy_file", str(file), group="oslo_policy")
    api.app = build_app(api.conf, api.database, api.transport, api.vault, identify)
    try:
        for method, path, role, code in (
            ("GET", "/instances", "nobody", 200),
            ("GET", "/instances/detail", "nobody", 403),
            ("GET", "/instances/detail", "reader", 200),
            ("DELETE", "/instances/none", "member", 403),
            ("DELETE", "/instances/none", "admin", 404),
            ("PATCH", "/instances/none", "member", 403),
        ):
            assert api.ask(method, path, role=role).status_int == code, (method, path, role)
    finally:
        api.close()

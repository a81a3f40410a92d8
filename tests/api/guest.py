"""A guest agent that keeps an inventory in memory, behind a real RPC server."""

from collections.abc import Callable
from typing import Any

import oslo_messaging

from dbaas.rpc import guest

Row = dict[str, Any]


class Refusal(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"refused": {"code": code, "message": message}}


def _answers(method: Callable[..., Row]) -> Callable[..., Row]:
    def answer(self: "StandInGuest", context: Any, **arguments: Any) -> Row:
        self.asked.append((method.__name__, arguments))
        if self.refusal is not None:
            return self.refusal.answer
        try:
            result = method(self, **arguments)
        except Refusal as refusal:
            return refusal.answer
        return {"ok": {**result, "inventory": self.look()}}

    return answer


class StandInGuest:
    target = oslo_messaging.Target(version=guest.VERSION)

    def __init__(self) -> None:
        self.asked: list[tuple[str, Row]] = []
        self.refusal: Refusal | None = None
        """Answers everything with it, if set."""
        self._seq = 0
        self._databases: dict[str, Row] = {}
        self._users: dict[tuple[str, str], list[str]] = {}
        self._root = False

    def look(self) -> Row:
        self._seq += 1
        users = [
            {"name": name, "host": host, "databases": sorted(grants)}
            for (name, host), grants in sorted(self._users.items())
        ]
        databases = [self._databases[name] for name in sorted(self._databases)]
        return {
            "seq": self._seq,
            "databases": databases,
            "users": users,
            "root_enabled": self._root,
        }

    @_answers
    def create_databases(self, databases: list[Row]) -> Row:
        for row in databases:
            if row["name"] in self._databases:
                raise Refusal("exists", f"database {row['name']} exists")
        for row in databases:
            self._databases[row["name"]] = {
                "name": row["name"],
                "character_set": row.get("character_set", "utf8mb4"),
                "collate": row.get("collate", "utf8mb4_0900_ai_ci"),
            }
        return {}

    @_answers
    def drop_database(self, name: str) -> Row:
        self._need_database(name)
        del self._databases[name]
        return {}

    @_answers
    def create_users(self, users: list[Row]) -> Row:
        for row in users:
            if (row["name"], row["host"]) in self._users:
                raise Refusal("exists", f"user {row['name']}@{row['host']} exists")
        for row in users:
            self._users[row["name"], row["host"]] = [each["name"] for each in row["databases"]]
        return {}

    @_answers
    def drop_user(self, name: str, host: str) -> Row:
        del self._users[self._need_user(name, host)]
        return {}

    @_answers
    def update_user(self, name: str, host: str, changes: Row) -> Row:
        grants = self._users.pop(self._need_user(name, host))
        self._users[changes.get("name", name), changes.get("host", host)] = grants
        return {}

    @_answers
    def set_passwords(self, users: list[Row]) -> Row:
        for row in users:
            self._need_user(row["name"], row["host"])
        return {}

    @_answers
    def grant(self, name: str, host: str, databases: list[str]) -> Row:
        grants = self._users[self._need_user(name, host)]
        for database in databases:
            self._need_database(database)
        grants.extend(database for database in databases if database not in grants)
        return {}

    @_answers
    def revoke(self, name: str, host: str, database: str) -> Row:
        grants = self._users[self._need_user(name, host)]
        if database not in grants:
            raise Refusal("not_found", f"{name}@{host} has no access to {database}")
        grants.remove(database)
        return {}

    @_answers
    def enable_root(self, password: str | None = None) -> Row:
        self._root = True
        return {"password": password or "made-by-the-guest"}

    @_answers
    def disable_root(self) -> Row:
        self._root = False
        return {}

    def _need_database(self, name: str) -> None:
        if name not in self._databases:
            raise Refusal("not_found", f"database {name} does not exist")

    def _need_user(self, name: str, host: str) -> tuple[str, str]:
        if (name, host) not in self._users:
            raise Refusal("not_found", f"user {name}@{host} does not exist")
        return name, host

"""Users of an instance, from its inventory."""

from typing import Any


def user(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": row["name"], "host": row["host"], "databases": grants(row)}


def grants(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"name": name} for name in row["databases"]]


def key(row: dict[str, Any]) -> str:
    """The marker of a user, and its order."""
    return f"{row['name']}@{row['host']}"

"""Databases of an instance, from its inventory."""

from typing import Any


def database(row: dict[str, Any]) -> dict[str, Any]:
    """In a list."""
    return {"name": row["name"]}


def detail(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row.get(key) for key in ("name", "character_set", "collate")}

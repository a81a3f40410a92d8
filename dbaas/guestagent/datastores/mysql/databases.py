"""Databases inside the server."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from dbaas.guestagent.datastores.mysql import grants, names
from dbaas.guestagent.datastores.mysql.sql import Name, Session, Words
from dbaas.rpc.guest import Refused

Row = dict[str, Any]


def look(session: Session) -> list[Row]:
    rows = session.run(
        "SELECT schema_name, default_character_set_name, default_collation_name"
        " FROM information_schema.schemata"
    )
    found = [
        {"name": name, "character_set": character_set, "collate": collate}
        for name, character_set, collate in rows
        if not names.is_reserved_database(name)
    ]
    return sorted(found, key=lambda row: str(row["name"]))


def check(row: Row) -> Row:
    """The row with every name looked at."""
    return {
        "name": names.database(row["name"]),
        "character_set": names.word("character set", row.get("character_set")),
        "collate": names.word("collation", row.get("collate")),
    }


def existing(session: Session) -> set[str]:
    return {row["name"] for row in look(session)}


def require(session: Session, wanted: Sequence[str]) -> None:
    """Raises Refused not_found."""
    there = existing(session)
    for name in wanted:
        if names.database(name) not in there:
            raise Refused("not_found", f"there is no database {name}")


def create(session: Session, rows: Sequence[Row], may_exist: bool = False) -> None:
    """Make all of them or none."""
    rows = [check(row) for row in rows]
    wanted = [row["name"] for row in rows]
    there = existing(session)
    if not may_exist and (twice := next((n for n in wanted if n in there), None)) is not None:
        raise Refused("exists", f"the database {twice} exists")
    if len(set(wanted)) != len(wanted):
        raise Refused("invalid", "the same database is named twice")
    options = [_options(session, row) for row in rows]
    with ExitStack() as undo:
        for name, words in zip(wanted, options, strict=True):
            if name not in there:
                session.run("CREATE DATABASE %s %s", Name(name), words)
                undo.callback(session.run, "DROP DATABASE %s", Name(name))
        undo.pop_all()


def drop(session: Session, name: str) -> None:
    """With the grants on it, which would come alive again with a new one of its name."""
    require(session, [name])
    session.run("DROP DATABASE %s", Name(name))
    grants.forget_database(session, name)


def _options(session: Session, row: Row) -> Words:
    """The database's default character set and collation, as the server knows them."""
    character_set, collate = row["character_set"], row["collate"]
    if not (character_set or collate):
        character_set = "utf8mb4"
    known = session.run(
        "SELECT character_set_name, collation_name FROM information_schema.collations"
        " WHERE (%s = '' OR character_set_name IN (%s, %s))"
        " AND ((%s = '' AND is_default = 'Yes') OR collation_name IN (%s, %s))",
        *_spellings(character_set),
        *_spellings(collate),
    )
    if not known:
        asked = " with ".join(word for word in (character_set, collate) if word)
        raise Refused("invalid", f"there is no character set or collation {asked}")
    return Words(f"CHARACTER SET {known[0][0]} COLLATE {known[0][1]}")


def _spellings(word: str | None) -> tuple[str, str, str]:
    """The word, and its name in versions that have renamed utf8."""
    word = word or ""
    renamed = re.sub(r"^utf8(?=_|$)", "utf8mb3", word)
    return word, word, renamed

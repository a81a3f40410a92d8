"""What the local cloud has made, by kind and name."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dbaas.drivers import CloudError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    address TEXT,
    UNIQUE (kind, name),
    UNIQUE (kind, address)
)
"""


@dataclass(frozen=True)
class Resource:
    id: str
    name: str
    address: str | None


class Registry:
    """One SQLite file; safe for several processes and threads at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._transaction() as db:
            db.execute(_SCHEMA)

    def all_of(self, kind: str) -> list[Resource]:
        with self._transaction() as db:
            rows = db.execute("SELECT id, name, address FROM resource WHERE kind = ?", (kind,))
            return [Resource(*row) for row in rows]

    def ensure(self, kind: str, name: str, addresses: Sequence[str] = ()) -> Resource:
        """The resource of that name, made with the first free address if there is none yet."""
        with self._transaction() as db:
            query = "SELECT id, name, address FROM resource WHERE kind = ? AND name = ?"
            if found := db.execute(query, (kind, name)).fetchone():
                return Resource(*found)
            address = self._free(db, kind, addresses) if addresses else None
            made = Resource(str(uuid.uuid4()), name, address)
            row = (kind, name, made.id, address)
            db.execute("INSERT INTO resource (kind, name, id, address) VALUES (?, ?, ?, ?)", row)
            return made

    def remove(self, kind: str, name: str) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM resource WHERE kind = ? AND name = ?", (kind, name))

    def _free(self, db: sqlite3.Connection, kind: str, addresses: Sequence[str]) -> str:
        rows = db.execute("SELECT address FROM resource WHERE kind = ?", (kind,))
        taken = {row[0] for row in rows}
        for address in addresses:
            if address not in taken:
                return address
        raise CloudError(f"all {len(addresses)} addresses for a {kind} are taken")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=15, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

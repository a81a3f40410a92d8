"""The durable table of jobs.

A job is known by the name its caller gave it, so that asking twice never does it twice. Its
arguments may hold passwords: the file belongs to the agent alone, and they are wiped from it
as soon as the job has ended.
"""

import json
import os
import sqlite3
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RUNNING, SUCCEEDED, FAILED = "running", "succeeded", "failed"
RECENT, KEPT = 20, 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    args TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    result TEXT
)"""


@dataclass(frozen=True)
class Job:
    name: str
    kind: str
    state: str = RUNNING
    reason: str | None = None
    result: Any = None

    def to_message(self) -> dict[str, Any]:
        return asdict(self)


class JobTable:
    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        # Wiped bytes are overwritten, and no write-ahead log keeps a copy of them.
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA journal_mode = DELETE")
        with self._lock, self._db:
            self._db.execute(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(self, name: str, kind: str, args: dict[str, Any]) -> bool:
        """Add a running job; False if there is one of that name."""
        with self._lock, self._db:
            self._db.execute(
                "DELETE FROM job WHERE state <> ? AND id <= (SELECT max(id) FROM job) - ?",
                (RUNNING, KEPT),
            )
            cursor = self._db.execute(
                "INSERT INTO job (name, kind, args, state) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (name, kind, json.dumps(args), RUNNING),
            )
            return cursor.rowcount == 1

    def end(self, name: str, state: str, reason: str | None, result: Any) -> None:
        with self._lock, self._db:
            self._db.execute(
                "UPDATE job SET state = ?, reason = ?, result = ?, args = NULL WHERE name = ?",
                (state, reason, json.dumps(result), name),
            )

    def get(self, name: str) -> Job | None:
        rows = self._rows("SELECT name, kind, state, reason, result FROM job WHERE name = ?", name)
        if not rows:
            return None
        _, kind, state, reason, result = rows[0]
        return Job(name, kind, state, reason, json.loads(result or "null"))

    def args(self, name: str) -> Any:
        return json.loads(self._rows("SELECT args FROM job WHERE name = ?", name)[0][0])

    def unfinished(self) -> list[str]:
        """Names of the jobs that are to be run, the oldest first."""
        return [
            row[0]
            for row in self._rows("SELECT name FROM job WHERE state = ? ORDER BY id", RUNNING)
        ]

    def recent(self) -> dict[str, str]:
        """The states of the newest jobs."""
        return dict(self._rows("SELECT name, state FROM job ORDER BY id DESC LIMIT ?", RECENT))

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

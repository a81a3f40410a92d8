"""A tenant who never stops writing."""

import threading
from typing import Any

from tests.functional import sql

_TABLE = "CREATE TABLE written (n INT PRIMARY KEY)"


class Writer:
    """Commits 1, 2, 3, … over one connection, which it never makes anew."""

    def __init__(self, address: str, user: str, password: str, database: str) -> None:
        self._connection = sql.connect(address, user, password, database)
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self.committed = 0
        with self._connection.cursor() as cursor:
            cursor.execute(_TABLE)
        self._thread = threading.Thread(target=self._write, name="writer")
        self._thread.start()

    def _write(self) -> None:
        try:
            with self._connection.cursor() as cursor:
                while not self._stopping.wait(0.01):
                    cursor.execute("INSERT INTO written VALUES (%s)", (self.committed + 1,))
                    self.committed += 1
        except BaseException as error:  # noqa: BLE001 - told to whoever ends it
            self._error = error

    def end(self) -> list[Any]:
        """The rows that are there. Raises what the writer met."""
        self._stopping.set()
        self._thread.join()
        if self._error is not None:
            raise self._error
        with self._connection as connection, connection.cursor() as cursor:
            return sql.column(cursor, "SELECT n FROM written ORDER BY n")

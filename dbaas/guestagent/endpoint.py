"""What the agent does when it is asked; see `dbaas.rpc.guest` for the shape of the answers."""

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

from dbaas.guestagent import schemas
from dbaas.guestagent.datastores import Datastore, Row
from dbaas.guestagent.errors import GuestError
from dbaas.guestagent.jobs import JobTable
from dbaas.guestagent.observer import Observer
from dbaas.guestagent.worker import Worker
from dbaas.rpc.guest import Refused

LOG = logging.getLogger(__name__)

_PATIENCE = 10
"""Seconds a change waits for the one before it; callers wait a little longer."""


def _answers(method: Callable[..., Any]) -> Callable[..., Row]:
    """Check the arguments' shape, and make the method's outcome an answer."""
    schema = schemas.METHODS[method.__name__]

    @functools.wraps(method)
    def answer(self: "Endpoint", context: Any, **arguments: Any) -> Row:
        try:
            schemas.check(schema, arguments)
            return {"ok": method(self, **arguments)}
        except Refused as refused:
            return {"refused": {"code": refused.code, "message": str(refused)}}
        except GuestError as error:
            return {"refused": {"code": "failed", "message": str(error)}}
        except Exception as error:
            LOG.exception("%s broke", method.__name__)
            return {"unknown": f"{method.__name__} broke on the guest: {type(error).__name__}"}

    return answer


class Endpoint:
    def __init__(
        self,
        datastore: Datastore,
        worker: Worker,
        table: JobTable,
        observer: Observer,
        changed: Callable[[], None],
        lock: threading.Lock,
    ) -> None:
        self._datastore = datastore
        self._worker = worker
        self._table = table
        self._observer = observer
        self._changed = changed
        self._lock = lock

    @_answers
    def ping(self) -> Row:
        return self._observer.report()

    @_answers
    def start_job(self, name: str, kind: str, args: Row) -> Row:
        schemas.check(schemas.JOBS[kind], args)
        return self._worker.start(name, kind, args).to_message()

    @_answers
    def get_job(self, name: str) -> Row | None:
        job = self._table.get(name)
        return job.to_message() if job else None

    @_answers
    def create_databases(self, databases: list[Row]) -> Row:
        return self._change(lambda: self._datastore.create_databases(databases))

    @_answers
    def drop_database(self, name: str) -> Row:
        return self._change(lambda: self._datastore.drop_database(name))

    @_answers
    def create_users(self, users: list[Row]) -> Row:
        return self._change(lambda: self._datastore.create_users(users))

    @_answers
    def drop_user(self, name: str, host: str) -> Row:
        return self._change(lambda: self._datastore.drop_user(name, host))

    @_answers
    def update_user(self, name: str, host: str, changes: Row) -> Row:
        return self._change(lambda: self._datastore.update_user(name, host, changes))

    @_answers
    def set_passwords(self, users: list[Row]) -> Row:
        return self._change(lambda: self._datastore.set_passwords(users))

    @_answers
    def grant(self, name: str, host: str, databases: list[str]) -> Row:
        return self._change(lambda: self._datastore.grant(name, host, databases))

    @_answers
    def revoke(self, name: str, host: str, database: str) -> Row:
        return self._change(lambda: self._datastore.revoke(name, host, database))

    @_answers
    def enable_root(self, password: str | None = None) -> Row:
        made: dict[str, str] = {}
        look = self._change(lambda: made.update(password=self._datastore.enable_root(password)))
        return {**made, **look}

    @_answers
    def disable_root(self) -> Row:
        return self._change(self._datastore.disable_root)

    def _change(self, change: Callable[[], None]) -> Row:
        """Make the change and look at what is there then, with nothing in between."""
        if not self._datastore.prepared or self._worker.running:
            raise Refused("not_ready", "the database is being made or restarted")
        if not self._lock.acquire(timeout=_PATIENCE):
            raise Refused("not_ready", "another change has not ended yet")
        try:
            change()
            return {"inventory": self._look()}
        finally:
            self._lock.release()
            self._changed()

    def _look(self) -> Row:
        """A look that fails must not be taken for a change that was refused."""
        try:
            return self._observer.look()
        except Refused as error:
            raise RuntimeError("the database broke off after the change") from error

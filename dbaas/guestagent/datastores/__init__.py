"""The database engines a guest can run.

Everything outside this package is the same for all of them. An engine is a class that does
what `Datastore` says; `REGISTRY` knows it by its manager's name.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from oslo_config import cfg

from dbaas.guestagent.container import Container

Row = dict[str, Any]


class Datastore(Protocol):
    """Changes are done, and seen to be done, when these return.

    They raise `dbaas.rpc.guest.Refused` where nothing has changed, and `Interrupted` where
    nobody knows. `prepare`, `start` and `restart` are jobs, see `dbaas.guestagent.worker.Body`.
    """

    @property
    def prepared(self) -> bool:
        """Whether the database has been made."""

    def prepare(self, args: Row) -> Row:
        """Data on the volume is thrown away only if `volume_is_new` is among the arguments."""

    def start(self, args: Row) -> Row:
        """Bring it up if it is down."""

    def restart(self, args: Row) -> Row: ...

    def stop(self) -> None:
        """It does not run any more. Whoever starts it next ends that."""

    def probe(self) -> str | None:
        """The version, if a query is answered where clients ask; None if not."""

    def inventory(self) -> Row:
        """{databases: [{name, character_set, collate}], users: [{name, host, databases:
        [name]}], root_enabled}, all sorted."""

    def create_databases(self, databases: Sequence[Row]) -> None: ...

    def drop_database(self, name: str) -> None: ...

    def create_users(self, users: Sequence[Row]) -> None: ...

    def drop_user(self, name: str, host: str) -> None: ...

    def update_user(self, name: str, host: str, changes: Row) -> None: ...

    def set_passwords(self, users: Sequence[Row]) -> None: ...

    def grant(self, name: str, host: str, databases: Sequence[str]) -> None: ...

    def revoke(self, name: str, host: str, database: str) -> None: ...

    def enable_root(self, password: str | None) -> str:
        """The password, made up if it is None."""

    def disable_root(self) -> None: ...


@dataclass(frozen=True)
class Surroundings:
    """What an engine works with."""

    options: cfg.ConfigOpts.GroupAttr
    """[guest]"""
    state_dir: Path
    container: Container
    stopping: threading.Event


REGISTRY = {"mysql": "dbaas.guestagent.datastores.mysql:MySQL"}


def load(surroundings: Surroundings) -> Datastore:
    manager = surroundings.options.datastore
    if manager not in REGISTRY:
        known = ", ".join(sorted(REGISTRY))
        raise ValueError(f"[guest] datastore is {manager!r}; known are: {known}")
    module, name = REGISTRY[manager].split(":")
    engine: Callable[[Surroundings], Datastore] = getattr(import_module(module), name)
    return engine(surroundings)

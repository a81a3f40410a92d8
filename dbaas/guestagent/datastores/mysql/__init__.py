"""MySQL 8.0, 8.4 and 9.x, from the official image or ours."""

import logging
from collections.abc import Sequence
from typing import Any

from dbaas.guestagent import files, memory
from dbaas.guestagent.container_spec import ContainerSpec
from dbaas.guestagent.datastores import Surroundings
from dbaas.guestagent.datastores.mysql import accounts, databases, grants, image, root
from dbaas.guestagent.datastores.mysql.first_start import FirstStart
from dbaas.guestagent.datastores.mysql.greeting import greets
from dbaas.guestagent.datastores.mysql.names import ADMIN
from dbaas.guestagent.datastores.mysql.sql import Denied, Door, Session
from dbaas.guestagent.errors import DatabaseDown, GuestError
from dbaas.guestagent.patience import Patience
from dbaas.rpc.guest import Refused

LOG = logging.getLogger(__name__)

Row = dict[str, Any]

_PROBE_TIMEOUT = 3


class MySQL:
    def __init__(self, surroundings: Surroundings) -> None:
        self._options = surroundings.options
        self._container = surroundings.container
        self._stopping = surroundings.stopping
        self._state = image.State(surroundings.state_dir)

    @property
    def prepared(self) -> bool:
        return self._state.initialised.exists()

    def prepare(self, args: Row) -> Row:
        """Make the database with what it is to hold; done before, it is made sure of."""
        asked = image.check_version(args["version_number"])
        for row in args["databases"]:
            databases.check(row)
        accounts.check_all(args["users"])
        if files.read(self._state.version) != asked:
            files.write(self._state.version, asked)
        if self.prepared:
            running = self._come_up()
        else:
            running = self._first_start().run(may_empty=bool(args.get("volume_is_new")))
        if not image.matches(asked, running):
            raise GuestError(f"version {asked} was asked for, but the image runs {running}")
        with self._open() as session:
            databases.create(session, args["databases"], may_exist=True)
            accounts.create(session, args["users"], may_exist=True)
        return {"version": running}

    def start(self, args: Row) -> Row:
        self._require_prepared()
        return {"version": self._come_up()}

    def restart(self, args: Row) -> Row:
        self._require_prepared()
        self.stop()
        return {"version": self._come_up()}

    def stop(self) -> None:
        state = self._container.state()
        if state is not None and state.status != "exited":
            self._container.stop(self._spec().stop_timeout)

    def probe(self) -> str | None:
        try:
            with self._door().open(_PROBE_TIMEOUT) as session:
                [(version, private)] = session.run("SELECT VERSION(), @@skip_networking")
            return None if private or not self._greets() else str(version)
        except (Denied, Refused, GuestError):
            return None

    def inventory(self) -> Row:
        with self._open() as session:
            return {
                "databases": databases.look(session),
                "users": accounts.look(session),
                "root_enabled": root.is_enabled(session),
            }

    def create_databases(self, rows: Sequence[Row]) -> None:
        with self._open() as session:
            databases.create(session, rows)

    def drop_database(self, name: str) -> None:
        with self._open() as session:
            databases.drop(session, name)

    def create_users(self, users: Sequence[Row]) -> None:
        with self._open() as session:
            accounts.create(session, users)

    def drop_user(self, name: str, host: str) -> None:
        with self._open() as session:
            accounts.drop(session, name, host)

    def update_user(self, name: str, host: str, changes: Row) -> None:
        with self._open() as session:
            accounts.update(session, name, host, changes)

    def set_passwords(self, users: Sequence[Row]) -> None:
        with self._open() as session:
            accounts.set_passwords(session, users)

    def grant(self, name: str, host: str, names: Sequence[str]) -> None:
        with self._open() as session:
            account = accounts.require(session, name, host)
            databases.require(session, names)
            grants.give(session, account, names)

    def revoke(self, name: str, host: str, database: str) -> None:
        with self._open() as session:
            grants.take(session, accounts.require(session, name, host), database)

    def enable_root(self, password: str | None) -> str:
        with self._open() as session:
            return root.enable(
                session, password, self._options.root_grant, self._options.root_grant_option
            )

    def disable_root(self) -> None:
        with self._open() as session:
            root.disable(session)

    def _require_prepared(self) -> None:
        if not self.prepared:
            raise GuestError("the database has not been made yet")

    def _open(self) -> Session:
        try:
            return self._door().open()
        except Denied:
            raise Refused("failed", "the database refuses its agent's account") from None

    def _door(self) -> Door:
        password = files.read(self._state.admin_password)
        if password is None:
            raise Refused("not_ready", "the database has not been made yet")
        return Door(self._state.socket_dir, ADMIN, password)

    def _spec(self) -> ContainerSpec:
        version = files.read(self._state.version)
        assert version is not None
        mib = memory.limit(self._options)
        return image.spec(self._state, self._options.repository, version, mib)

    def _first_start(self) -> FirstStart:
        return FirstStart(self._state, self._container, self._spec, self._door, self._come_up)

    def _come_up(self) -> str:
        """Start the database, and wait until it answers; its version."""
        self._container.ensure_running(self._spec())
        secrets = [self._door().password, files.read(self._state.root_password) or ""]
        patience = Patience(self._container, self._stopping, secrets=[s for s in secrets if s])
        return patience.wait(self._answer)

    def _answer(self) -> str | None:
        """Like `probe`, but an account that is not known is told from a server not ready.

        While an image makes the database, a server without network may answer at the socket
        that does not know the account yet; one that greets is the real one.
        """
        if version := self.probe():
            return version
        try:
            if self._greets():
                self._door().open(_PROBE_TIMEOUT).__exit__(None, None, None)
        except Denied:
            raise DatabaseDown("the database does not know its agent's account") from None
        except Refused:
            LOG.debug("the database greets, but is not ready")
        return None

    def _greets(self) -> bool:
        address = self._options.publish_address or self._options.address
        if not address:
            state = self._container.state()
            address = state and state.address
        return bool(address) and greets(str(address), image.PORT)

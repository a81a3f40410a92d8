"""Clients that are connected now: MySQL goes on trusting them when their rights change."""

from contextlib import suppress

from dbaas.guestagent.datastores.mysql.sql import Session
from dbaas.rpc.guest import Refused


def end(session: Session, account: tuple[str, str], database: str | None = None) -> None:
    """Cut off the account's connections, or only those whose current database it is.

    MySQL does not say which of several accounts of the same name a connection has; those of
    all of them end, and may connect anew where they still have the right to.
    """
    rows = session.run(
        "SELECT id, db FROM information_schema.processlist WHERE user = %s", account[0]
    )
    for number, current in rows:
        if database is None or current == database:
            with suppress(Refused):
                session.run("KILL %s", number)

"""Users inside the server. An account is a name with the host it may come from."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from dbaas.guestagent.datastores.mysql import databases, grants, names, sessions
from dbaas.guestagent.datastores.mysql.grants import Account
from dbaas.guestagent.datastores.mysql.sql import Session
from dbaas.rpc.guest import Refused

Row = dict[str, Any]

ANY_HOST = "%"


def look(session: Session) -> list[Row]:
    granted = grants.look(session)
    return [
        {"name": name, "host": host, "databases": granted.get((name, host), [])}
        for name, host in sorted(existing(session))
    ]


def existing(session: Session) -> set[Account]:
    rows = session.run("SELECT user, host FROM mysql.user")
    return {(name, host) for name, host in rows if name and not names.is_reserved_user(name)}


def check(name: str, host: str | None) -> Account:
    return names.user(name), names.host(host or ANY_HOST)


def require(session: Session, name: str, host: str | None) -> Account:
    """Raises Refused not_found."""
    account = check(name, host)
    if account not in existing(session):
        raise Refused("not_found", f"there is no user {account[0]}@{account[1]}")
    return account


def check_all(rows: Sequence[Row]) -> dict[Account, Row]:
    """The rows by account, with every name looked at."""
    wanted = {check(row["name"], row.get("host")): row for row in rows}
    if len(wanted) != len(rows):
        raise Refused("invalid", "the same user is named twice")
    for row in rows:
        names.password(row["password"])
        grants.check(_databases(row))
    return wanted


def create(session: Session, rows: Sequence[Row], may_exist: bool = False) -> None:
    """Make all of them or none; those that may exist get the password and the databases."""
    wanted = check_all(rows)
    there = existing(session)
    if not may_exist and (twice := sorted(there & set(wanted))):
        raise Refused("exists", f"the user {twice[0][0]}@{twice[0][1]} exists")
    databases.require(session, [name for row in rows for name in _databases(row)])
    with ExitStack() as undo:
        for account, row in wanted.items():
            verb = "ALTER" if account in there else "CREATE"
            session.run(f"{verb} USER %s@%s IDENTIFIED BY %s", *account, row["password"])
            if account not in there:
                undo.callback(session.run, "DROP USER %s@%s", *account)
            grants.give(session, account, _databases(row))
        undo.pop_all()


def drop(session: Session, name: str, host: str) -> None:
    account = require(session, name, host)
    session.run("DROP USER %s@%s", *account)
    sessions.end(session, account)


def update(session: Session, name: str, host: str, changes: Row) -> None:
    """Rename it, which keeps grants and password, and set its password."""
    old = require(session, name, host)
    new = check(changes.get("name", old[0]), changes.get("host", old[1]))
    password = changes.get("password")
    if password is not None:
        names.password(password)
    if new != old and new in existing(session):
        raise Refused("exists", f"the user {new[0]}@{new[1]} exists")
    with ExitStack() as undo:
        if new != old:
            session.run("RENAME USER %s@%s TO %s@%s", *old, *new)
            undo.callback(session.run, "RENAME USER %s@%s TO %s@%s", *new, *old)
        if password is not None:
            session.run("ALTER USER %s@%s IDENTIFIED BY %s", *new, password)
        undo.pop_all()
    sessions.end(session, old)


def set_passwords(session: Session, rows: Sequence[Row]) -> None:
    """For all of them or none: it is one statement."""
    wanted = check_all(rows)
    for account in wanted:
        require(session, *account)
    clauses = ", ".join(["%s@%s IDENTIFIED BY %s"] * len(wanted))
    values = [value for account, row in wanted.items() for value in (*account, row["password"])]
    if wanted:
        session.run(f"ALTER USER {clauses}", *values)
    for account in wanted:
        sessions.end(session, account)


def _databases(row: Row) -> list[str]:
    return [database["name"] for database in row.get("databases", [])]

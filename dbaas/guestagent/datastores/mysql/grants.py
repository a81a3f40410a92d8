"""Which accounts may use which databases."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack

from dbaas.guestagent.datastores.mysql import names, sessions
from dbaas.guestagent.datastores.mysql.sql import Pattern, Session, as_pattern, from_pattern
from dbaas.rpc.guest import Refused

Account = tuple[str, str]

_PATTERN_LENGTH = 64
"""Of the column MySQL keeps it in: some names fit only before they are escaped."""


def look(session: Session) -> dict[Account, list[str]]:
    """The databases of every account, sorted."""
    found = defaultdict(set)
    for name, host, pattern in session.run("SELECT user, host, db FROM mysql.db"):
        found[name, host].add(from_pattern(pattern))
    return {account: sorted(databases) for account, databases in found.items()}


def check(databases: Sequence[str]) -> None:
    for name in databases:
        names.database(name)
        if len(as_pattern(name)) > _PATTERN_LENGTH:
            raise Refused("invalid", f"MySQL cannot grant {name}: too many _, % and \\ in it")


def give(session: Session, account: Account, databases: Sequence[str]) -> None:
    """Grant all of them or none."""
    check(databases)
    had = look(session).get(account, [])
    with ExitStack() as undo:
        for database in databases:
            session.run("GRANT ALL PRIVILEGES ON %s.* TO %s@%s", Pattern(database), *account)
            if database not in had:
                undo.callback(_take, session, account, database)
        if missing := set(databases) - set(look(session).get(account, [])):
            raise Refused("failed", f"MySQL did not grant {', '.join(sorted(missing))}")
        undo.pop_all()


def take(session: Session, account: Account, database: str) -> None:
    """Revoke it, for sessions that use the database now as well."""
    if database not in look(session).get(account, []):
        raise Refused("not_found", f"{account[0]}@{account[1]} has no access to {database}")
    _take(session, account, database)
    if database in look(session).get(account, []):
        raise Refused("failed", f"MySQL did not revoke {database}")
    sessions.end(session, account, database)


def forget_database(session: Session, database: str) -> None:
    for account, databases in look(session).items():
        if database in databases:
            _take(session, account, database)


def _take(session: Session, account: Account, database: str) -> None:
    session.run("REVOKE ALL PRIVILEGES ON %s.* FROM %s@%s", Pattern(database), *account)
    if _may_grant(session, account, database):
        session.run("REVOKE GRANT OPTION ON %s.* FROM %s@%s", Pattern(database), *account)


def _may_grant(session: Session, account: Account, database: str) -> bool:
    return bool(
        session.run(
            "SELECT 1 FROM mysql.db WHERE user = %s AND host = %s AND db = %s",
            *account,
            as_pattern(database),
        )
    )

"""The root user that a tenant may have: root@'%'.

It has no SYSTEM_USER, and so cannot touch the agent's account by mistake. With the grant option
it could give itself SYSTEM_USER: MySQL lets who may grant anything grant that as well. Who does
so and locks the agent out harms his own instance only.
"""

from collections.abc import Sequence

from dbaas.guestagent.datastores.mysql import names, sessions
from dbaas.guestagent.datastores.mysql.sql import Session, Words
from dbaas.rpc.guest import Refused
from dbaas.secrets import generate_password

ROOT = ("root", "%")


def is_enabled(session: Session) -> bool:
    return bool(session.run("SELECT 1 FROM mysql.user WHERE user = %s AND host = %s", *ROOT))


def enable(
    session: Session, password: str | None, privileges: Sequence[str], grant_option: bool
) -> str:
    """The password. The account is of use only once it has just the rights it is to have."""
    password = generate_password() if password is None else names.password(password)
    session.run("CREATE USER IF NOT EXISTS %s@%s ACCOUNT LOCK", *ROOT)
    option = " WITH GRANT OPTION" if grant_option else ""
    session.run(f"GRANT %s ON *.* TO %s@%s{option}", Words(", ".join(privileges)), *ROOT)
    session.run("REVOKE SYSTEM_USER ON *.* FROM %s@%s", *ROOT)
    session.run("ALTER USER %s@%s IDENTIFIED BY %s ACCOUNT UNLOCK", *ROOT, password)
    sessions.end(session, ROOT)
    return password


def disable(session: Session) -> None:
    if not is_enabled(session):
        raise Refused("not_found", "root is not enabled")
    session.run("DROP USER %s@%s", *ROOT)
    sessions.end(session, ROOT)

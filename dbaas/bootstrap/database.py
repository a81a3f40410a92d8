"""The control plane's database: its account, where we are told an administrator's, and schema."""

import sqlalchemy
from oslo_config import cfg
from oslo_db.exception import DBError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dbaas.bootstrap import DATABASE_ADMIN_URL, BootstrapError
from dbaas.bootstrap.report import Report
from dbaas.bootstrap.settings import Settings
from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.secrets import generate_password

NAME = "dbaas"
_QUESTIONS = {
    "mysql": (
        "SELECT 1 FROM information_schema.schemata WHERE schema_name = :name",
        "SELECT 1 FROM mysql.user WHERE user = :name",
    ),
    "postgresql": (
        "SELECT 1 FROM pg_database WHERE datname = :name",
        "SELECT 1 FROM pg_roles WHERE rolname = :name",
    ),
}
_ACCOUNT = {
    "mysql": "USER '{name}'@'%' IDENTIFIED BY :password",
    "postgresql": "ROLE {name} LOGIN PASSWORD :password",
}
_OWN = {
    "mysql": "GRANT ALL ON {name}.* TO '{name}'@'%'",
    "postgresql": "ALTER DATABASE {name} OWNER TO {name}",
}


def ensure_database(
    report: Report, conf: cfg.ConfigOpts, settings: Settings, admin_url: str | None
) -> str:
    """The URL of the database, whose schema is this release's.

    :param admin_url: SQLAlchemy's, of an account that may create databases and accounts
    """
    connection = conf.database.connection or settings.get("database", "connection")
    if admin_url and settings.is_ours("database", "connection"):
        connection = _ensure_account(report, settings, admin_url)
    if not connection:
        raise BootstrapError(
            "no database: set [database] connection in dbaas.conf (or OS_DATABASE__CONNECTION), "
            f"or set {DATABASE_ADMIN_URL} to mysql+pymysql://USER:PASSWORD@HOST/ to have one made"
        )
    settings.put("database", connection=connection)
    _ensure_schema(report, connection)
    return str(connection)


def _ensure_account(report: Report, settings: Settings, admin_url: str) -> str:
    admin = sqlalchemy.make_url(admin_url)
    kind = admin.get_backend_name()
    if kind not in _QUESTIONS:
        raise BootstrapError(f"{DATABASE_ADMIN_URL}: {kind} is neither mysql nor postgresql")
    if admin.username == NAME:
        raise BootstrapError(
            f"{DATABASE_ADMIN_URL}: the account {NAME} is to be the service's own"
        )
    written = settings.get("database", "connection")
    known = sqlalchemy.make_url(written) if written else None
    password = known.password if known and known.username == NAME else generate_password()
    url = admin.set(username=NAME, password=password, database=NAME)
    settings.put("database", connection=url.render_as_string(hide_password=False))
    engine = sqlalchemy.create_engine(
        admin, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
    )
    try:
        with engine.connect() as session:
            _ensure_both(report, session, url, kind)
    except SQLAlchemyError as error:
        raise BootstrapError(f"{DATABASE_ADMIN_URL}: {_words(error)}") from error
    return url.render_as_string(hide_password=False)


def _ensure_both(
    report: Report, session: sqlalchemy.Connection, url: sqlalchemy.URL, kind: str
) -> None:
    database, account = (
        bool(session.scalar(text(question), {"name": NAME})) for question in _QUESTIONS[kind]
    )
    secret = {"password": url.password}

    def run(statement: str, **values: object) -> bool:
        session.execute(text(statement.format(name=NAME)), values)
        return True

    report.ensure("database", NAME, database, lambda: run("CREATE DATABASE {name}"))
    if account and not _logs_in(url):
        # Killed between the account and its rights, or another password.
        report.change(
            "database account",
            NAME,
            lambda: run("ALTER " + _ACCOUNT[kind], **secret) and run(_OWN[kind]),
            "new password and rights",
        )
        return
    report.ensure(
        "database account",
        NAME,
        account,
        lambda: run("CREATE " + _ACCOUNT[kind], **secret) and run(_OWN[kind]),
    )


def _logs_in(url: sqlalchemy.URL) -> bool:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False


def _ensure_schema(report: Report, connection: str) -> None:
    database = Database(connection)
    try:
        current = _current(report, database)
        if current in (None, schema.head()):
            report.ensure("database schema", schema.head(), current, lambda: _upgrade(database))
        else:
            report.change(
                "database schema",
                schema.head(),
                lambda: _upgrade(database),
                f"it was {current}",
            )
    except (DBError, SQLAlchemyError) as error:
        raise BootstrapError(f"[database] connection: {_words(error)}") from error
    finally:
        database.close()


def _current(report: Report, database: Database) -> str | None:
    try:
        return schema.current(database.engine)
    except (DBError, SQLAlchemyError):
        if report.dry_run:  # the database may be one that would be made
            return None
        raise


def _upgrade(database: Database) -> str:
    schema.upgrade(database.engine)
    return schema.head()


def _words(error: Exception) -> str:
    """Without the statement, which may hold a password."""
    return str(getattr(error, "orig", None) or getattr(error, "inner_exception", None) or error)

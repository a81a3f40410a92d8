"""The control plane's own database, and the key of the secrets in it."""

from oslo_db.exception import DBError
from oslo_upgradecheck.upgradecheck import Result
from sqlalchemy.exc import SQLAlchemyError

from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.secrets import MasterKeyMissing, Vault
from dbaas.status import Subject, failure, ok


def database_schema(subject: Subject) -> Result:
    if not subject.conf.database.connection:
        return failure("[database] connection is not set")
    database = Database.from_conf(subject.conf)
    try:
        current = schema.current(database.engine)
    except (DBError, SQLAlchemyError) as error:
        cause = getattr(error, "inner_exception", None) or error
        reason = getattr(cause, "orig", None) or cause
        return failure(f"the database of [database] connection does not let us in: {reason}")
    finally:
        database.close()
    if current != schema.head():
        return failure(f"the schema is {current}, not {schema.head()}: dbaas-manage db sync")
    return ok(f"{current}")


def master_key(subject: Subject) -> Result:
    try:
        Vault.from_file(subject.conf.security.master_key_file)
    except MasterKeyMissing as error:
        return failure(str(error))
    return ok(subject.conf.security.master_key_file)

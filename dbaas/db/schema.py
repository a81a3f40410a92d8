"""The schema's version, through alembic."""

import functools
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`; nothing happens where it is there already."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database has, None where it has no schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_too_old(engine: Engine) -> bool:
    """Whether this code needs a newer schema. A schema it does not know is of a newer release,
    which older code may go on with while the services are upgraded one after the other.
    """
    revision = current(engine)
    return revision is None or revision in _older()


@functools.cache
def _older() -> frozenset[str]:
    script = ScriptDirectory.from_config(_config(None))
    return frozenset(known.revision for known in script.walk_revisions()) - {head()}


def head() -> str:
    """The revision this code needs."""
    revision = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert revision is not None
    return revision


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("dbaas_migrations")))
    config.attributes["connection"] = connection
    return config

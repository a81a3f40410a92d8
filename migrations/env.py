"""What alembic runs: migrates over the connection that `dbaas.db.schema` hands in."""

from alembic import context

from dbaas.db.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

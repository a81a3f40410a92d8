"""Alembic's scripts; installed as `dbaas_migrations`, run by `dbaas-manage db`."""

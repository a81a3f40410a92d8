"""Datastore versions, as administrators see them."""

from typing import Any

from dbaas.db.models import DatastoreVersion


def version(row: DatastoreVersion) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "version": row.version_number,
        "datastore_id": row.datastore_id,
        "datastore_name": row.datastore.name,
        "datastore_manager": row.manager,
        "image": row.image_id,
        "image_tags": row.image_tags,
        "packages": row.packages,
        "active": row.active,
        "registry_ext": row.registry_ext,
        "repl_strategy": row.repl_strategy,
        "default": row.datastore.default_version_id == row.id,
    }

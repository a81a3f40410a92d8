"""The whole API: every route, who may use it, what it takes and how it answers.

Tests and the reference are made from this table. Lines with `not_built` are Trove's and answer
501 in this release.
"""

from dbaas.api import (
    databases,
    datastore_versions,
    datastores,
    events,
    flavors,
    grants,
    instances,
    limits,
    quotas,
    root,
    users,
    versions,
)
from dbaas.api.routing import Route, action, route
from dbaas.api.schemas import databases as database_schemas
from dbaas.api.schemas import datastore_versions as datastore_version_schemas
from dbaas.api.schemas import grants as grant_schemas
from dbaas.api.schemas import instances as instance_schemas
from dbaas.api.schemas import quotas as quota_schemas
from dbaas.api.schemas import root as root_schemas
from dbaas.api.schemas import users as user_schemas
from dbaas.api.unbuilt import empty, empty_of_instance, missing, not_built

INSTANCE = "/instances/{instance_id}"
DATABASES = f"{INSTANCE}/databases"
USERS = f"{INSTANCE}/users"
USER = f"{USERS}/{{user}}"
ROOT = f"{INSTANCE}/root"
DATASTORE = "/datastores/{datastore}"
VERSION = f"{DATASTORE}/versions/{{version}}"
VERSION_BY_ID = "/datastores/versions/{version}"
CONFIGURATION = "/configurations/{configuration_id}"
MODULE = "/modules/{module_id}"
CLUSTER = "/clusters/{cluster_id}"
MGMT_INSTANCE = "/mgmt/instances/{instance_id}"
MGMT_VERSION = "/mgmt/datastore-versions/{version}"
MGMT_PARAMETERS = "/mgmt/datastores/versions/{version}/parameters"


VERSIONS = [
    Route("GET", "/", versions.index, None),
    Route("GET", "/v1.0", versions.show, None),
]

INSTANCES = [
    route("GET", "/instances", instances.index, "instance:index"),
    route("GET", "/instances/detail", instances.detail, "instance:detail"),
    route("POST", "/instances", instances.create, "instance:create", 200, instance_schemas.CREATE),
    route("GET", INSTANCE, instances.show, "instance:show"),
    route("PUT", INSTANCE, instances.update, "instance:update", 202, instance_schemas.UPDATE),
    route("PATCH", INSTANCE, instances.update, "instance:edit", 202, instance_schemas.UPDATE),
    route("DELETE", INSTANCE, instances.delete, "instance:delete", 202),
    route("GET", f"{INSTANCE}/events", events.index, "instance:events"),
    route("GET", f"{INSTANCE}/backups", empty_of_instance("backups"), "instance:backups"),
    route("GET", f"{INSTANCE}/modules", empty_of_instance("modules"), "instance:module_list"),
    route("POST", f"{INSTANCE}/modules", not_built("modules"), "instance:module_apply"),
    route(
        "DELETE",
        f"{INSTANCE}/modules/{{module_id}}",
        not_built("modules"),
        "instance:module_remove",
    ),
    route(
        "GET",
        f"{INSTANCE}/configuration",
        not_built("configuration groups"),
        "instance:configuration",
    ),
    route("GET", f"{INSTANCE}/log", not_built("logs"), "instance:guest_log_list"),
    route("POST", f"{INSTANCE}/log", not_built("logs"), "instance:guest_log"),
    route("GET", f"{INSTANCE}/ssl", not_built("TLS management"), "instance:show"),
    route("POST", f"{INSTANCE}/ssl", not_built("TLS management"), "instance:update"),
]

_ON = f"{INSTANCE}/action"
_RESET = instance_schemas.RESET_STATUS
_VOLUME = instance_schemas.RESIZE_VOLUME
_FLAVOR = instance_schemas.RESIZE_FLAVOR
ACTIONS = [
    action(_ON, "restart", instances.restart, "instance:restart", instance_schemas.RESTART),
    action(_ON, "reset_status", instances.reset_status, "instance:reset_status", _RESET),
    action(
        _ON, "reset_status.force_delete", instances.reset_status, "instance:force_delete", _RESET
    ),
    action(_ON, "resize.volume", instances.resize_volume, "instance:resize_volume", _VOLUME),
    action(_ON, "resize.flavorRef", instances.resize_flavor, "instance:resize_flavor", _FLAVOR),
    action(
        _ON,
        "promote_to_replica_source",
        not_built("replicas"),
        "instance:promote_to_replica_source",
    ),
    action(_ON, "eject_replica_source", not_built("replicas"), "instance:eject_replica_source"),
]

_DB = "instance:extension:database"
_USER = "instance:extension:user"
_ROOT = "instance:extension:root"
INSIDE = [
    route("GET", DATABASES, databases.index, f"{_DB}:index"),
    route("POST", DATABASES, databases.create, f"{_DB}:create", 202, database_schemas.CREATE),
    route("GET", f"{DATABASES}/{{name}}", databases.show, f"{_DB}:show"),
    route("DELETE", f"{DATABASES}/{{name}}", databases.delete, f"{_DB}:delete", 202),
    route("GET", USERS, users.index, f"{_USER}:index"),
    route("POST", USERS, users.create, f"{_USER}:create", 202, user_schemas.CREATE),
    route(
        "PUT",
        USERS,
        users.change_passwords,
        f"{_USER}:update_all",
        202,
        user_schemas.CHANGE_PASSWORDS,
    ),
    route("GET", USER, users.show, f"{_USER}:show"),
    route("POST", USER, users.create_one, f"{_USER}:create", 202, user_schemas.CREATE),
    route("PUT", USER, users.update, f"{_USER}:update", 202, user_schemas.UPDATE),
    route("DELETE", USER, users.delete, f"{_USER}:delete", 202),
    route("GET", f"{USER}/databases", grants.index, f"{_USER}_access:index"),
    route(
        "PUT",
        f"{USER}/databases",
        grants.grant,
        f"{_USER}_access:update",
        202,
        grant_schemas.GRANT,
    ),
    route(
        "DELETE", f"{USER}/databases/{{database}}", grants.revoke, f"{_USER}_access:delete", 202
    ),
    route("GET", ROOT, root.show, f"{_ROOT}:index"),
    route("POST", ROOT, root.enable, f"{_ROOT}:create", 200, root_schemas.ENABLE),
    route("DELETE", ROOT, root.disable, f"{_ROOT}:delete", 204),
]

_PARAMETERS = not_built("configuration parameters")
_CONFIGURATION = "configuration-parameter"
CATALOGUE = [
    route("GET", "/datastores", datastores.index, "datastore:index"),
    route("GET", DATASTORE, datastores.show, "datastore:show"),
    route("DELETE", DATASTORE, datastores.delete, "datastore:delete", 202),
    route("GET", f"{DATASTORE}/versions", datastores.versions, "datastore:version_index"),
    route("GET", VERSION, datastores.version, "datastore:version_show"),
    route("GET", VERSION_BY_ID, datastores.version_by_id, "datastore:version_show_by_uuid"),
    route(
        "GET",
        f"{VERSION}/flavors",
        datastores.flavors_of_version,
        "datastore:list_associated_flavors",
    ),
    route(
        "GET",
        f"{VERSION}/volume-types",
        datastores.volume_types_of_version,
        "datastore:list_associated_volume_types",
    ),
    route("GET", f"{VERSION}/parameters", _PARAMETERS, f"{_CONFIGURATION}:index"),
    route("GET", f"{VERSION}/parameters/{{name}}", _PARAMETERS, f"{_CONFIGURATION}:show"),
    route("GET", f"{VERSION_BY_ID}/parameters", _PARAMETERS, f"{_CONFIGURATION}:index_by_version"),
    route(
        "GET",
        f"{VERSION_BY_ID}/parameters/{{name}}",
        _PARAMETERS,
        f"{_CONFIGURATION}:show_by_version",
    ),
    route("GET", "/flavors", flavors.index, "flavor:index"),
    route("GET", "/flavors/{flavor_id}", flavors.show, "flavor:show"),
    route("GET", "/limits", limits.index, "limits:index"),
]

_VERSION = "mgmt:datastore_version"
MGMT = [
    route("GET", "/mgmt/quotas/{project}", quotas.show, "quota:show"),
    route(
        "PUT", "/mgmt/quotas/{project}", quotas.update, "quota:update", 200, quota_schemas.UPDATE
    ),
    route("GET", "/mgmt/datastore-versions", datastore_versions.index, f"{_VERSION}:index"),
    route(
        "POST",
        "/mgmt/datastore-versions",
        datastore_versions.create,
        f"{_VERSION}:create",
        202,
        datastore_version_schemas.CREATE,
    ),
    route("GET", MGMT_VERSION, datastore_versions.show, f"{_VERSION}:show"),
    route(
        "PATCH",
        MGMT_VERSION,
        datastore_versions.update,
        f"{_VERSION}:update",
        202,
        datastore_version_schemas.UPDATE,
    ),
    route("DELETE", MGMT_VERSION, datastore_versions.delete, f"{_VERSION}:delete", 202),
    route("GET", "/mgmt/instances", instances.managed_index, "mgmt:instance:index"),
    route("GET", MGMT_INSTANCE, instances.managed_show, "mgmt:instance:show"),
    *(
        action(
            f"{MGMT_INSTANCE}/action",
            name,
            not_built(f"{name} by hand"),
            "mgmt:instance:action",
        )
        for name in ("stop", "reboot", "migrate", "reset-task-status", "rebuild")
    ),
    *(
        route("GET", f"{MGMT_INSTANCE}/{name}", not_built(name), f"mgmt:instance:{name}")
        for name in ("root", "hwinfo", "diagnostics", "rpc_ping")
    ),
    route("POST", f"{MGMT_INSTANCE}/upgrade", not_built("upgrades"), "mgmt:instance:upgrade"),
    route("GET", "/mgmt/clusters", empty("clusters"), "mgmt:cluster:index"),
    route("GET", "/mgmt/clusters/{cluster_id}", missing("cluster"), "mgmt:cluster:show"),
    action(
        "/mgmt/clusters/{cluster_id}/action",
        "reset-task",
        not_built("clusters"),
        "mgmt:cluster:action",
    ),
    route("GET", MGMT_PARAMETERS, _PARAMETERS, "mgmt:parameter:index"),
    route("POST", MGMT_PARAMETERS, _PARAMETERS, "mgmt:parameter:create"),
    route("GET", f"{MGMT_PARAMETERS}/{{name}}", _PARAMETERS, "mgmt:parameter:show"),
    route("PUT", f"{MGMT_PARAMETERS}/{{name}}", _PARAMETERS, "mgmt:parameter:update"),
    route("DELETE", f"{MGMT_PARAMETERS}/{{name}}", _PARAMETERS, "mgmt:parameter:delete"),
]

_BACKUPS = not_built("backups")
_CONFIGURATIONS = not_built("configuration groups")
_MODULES = not_built("modules")
_CLUSTERS = not_built("clusters")
LATER = [
    route("GET", "/backups", empty("backups"), "backup:index"),
    route("POST", "/backups", _BACKUPS, "backup:create", 202),
    route("GET", "/backups/{backup_id}", missing("backup"), "backup:show"),
    route("DELETE", "/backups/{backup_id}", _BACKUPS, "backup:delete", 202),
    route("GET", "/backup_strategies", empty("backup_strategies"), "backup_strategy:index"),
    route("POST", "/backup_strategies", _BACKUPS, "backup_strategy:create", 202),
    route("DELETE", "/backup_strategies", _BACKUPS, "backup_strategy:delete", 202),
    route("GET", "/configurations", empty("configurations"), "configuration:index"),
    route("POST", "/configurations", _CONFIGURATIONS, "configuration:create"),
    route("GET", CONFIGURATION, missing("configuration"), "configuration:show"),
    route(
        "GET", f"{CONFIGURATION}/instances", missing("configuration"), "configuration:instances"
    ),
    route("PUT", CONFIGURATION, _CONFIGURATIONS, "configuration:update", 202),
    route("PATCH", CONFIGURATION, _CONFIGURATIONS, "configuration:edit"),
    route("DELETE", CONFIGURATION, _CONFIGURATIONS, "configuration:delete", 202),
    route("GET", "/modules", empty("modules"), "module:index"),
    route("POST", "/modules", _MODULES, "module:create"),
    route("GET", MODULE, missing("module"), "module:show"),
    route("PUT", MODULE, _MODULES, "module:update"),
    route("DELETE", MODULE, _MODULES, "module:delete"),
    route("GET", f"{MODULE}/instances", missing("module"), "module:instances"),
    route("PUT", f"{MODULE}/instances", _MODULES, "module:reapply", 202),
    route("GET", "/clusters", empty("clusters"), "cluster:index"),
    route("POST", "/clusters", _CLUSTERS, "cluster:create"),
    route("GET", CLUSTER, missing("cluster"), "cluster:show"),
    route("DELETE", CLUSTER, _CLUSTERS, "cluster:delete", 202),
    *(
        action(CLUSTER, name, _CLUSTERS, "cluster:action")
        for name in (
            "grow",
            "shrink",
            "upgrade",
            "restart",
            "add_shard",
            "configuration_attach",
            "configuration_detach",
        )
    ),
    action(CLUSTER, "reset-status", _CLUSTERS, "cluster:reset-status"),
    route(
        "GET", f"{CLUSTER}/instances/{{instance_id}}", missing("cluster"), "cluster:show_instance"
    ),
    route("GET", f"{CLUSTER}/root", missing("cluster"), "cluster:extension:root:index"),
    route("POST", f"{CLUSTER}/root", _CLUSTERS, "cluster:extension:root:create"),
]

ROUTES = [*VERSIONS, *INSTANCES, *ACTIONS, *INSIDE, *CATALOGUE, *MGMT, *LATER]

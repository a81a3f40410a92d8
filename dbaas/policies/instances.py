"""Instances."""

from dbaas.policies.base import ADMIN, MEMBER, READER, rule

_ONE = "/instances/{instance_id}"
_ACTION = f"POST {_ONE}/action"

RULES = [
    rule("instance:index", READER, "List instances.", "GET /instances"),
    rule("instance:detail", READER, "List instances in detail.", "GET /instances/detail"),
    rule("instance:create", MEMBER, "Create an instance.", "POST /instances"),
    rule(
        "instance:show", READER, "Show an instance, or its TLS.", f"GET {_ONE}", f"GET {_ONE}/ssl"
    ),
    rule(
        "instance:update",
        MEMBER,
        "Change an instance, or its TLS.",
        f"PUT {_ONE}",
        f"POST {_ONE}/ssl",
    ),
    rule("instance:edit", MEMBER, "Change some of an instance.", f"PATCH {_ONE}"),
    rule("instance:delete", MEMBER, "Delete an instance.", f"DELETE {_ONE}"),
    rule("instance:restart", MEMBER, "Restart the database.", _ACTION),
    rule("instance:resize_volume", MEMBER, "Grow the volume.", _ACTION),
    rule("instance:resize_flavor", MEMBER, "Change the flavor.", _ACTION),
    rule("instance:promote_to_replica_source", MEMBER, "Promote a replica.", _ACTION),
    rule("instance:eject_replica_source", MEMBER, "Eject a dead primary.", _ACTION),
    rule("instance:reset_status", ADMIN, "Reset the status to ERROR.", _ACTION),
    rule("instance:force_delete", MEMBER, "Reset the status before a delete.", _ACTION),
    rule("instance:backups", READER, "List an instance's backups.", f"GET {_ONE}/backups"),
    rule(
        "instance:configuration",
        READER,
        "Show an instance's default configuration.",
        f"GET {_ONE}/configuration",
    ),
    rule("instance:guest_log_list", READER, "List an instance's logs.", f"GET {_ONE}/log"),
    rule("instance:guest_log", MEMBER, "Publish or discard a log.", f"POST {_ONE}/log"),
    rule("instance:module_list", READER, "List applied modules.", f"GET {_ONE}/modules"),
    rule("instance:module_apply", MEMBER, "Apply modules.", f"POST {_ONE}/modules"),
    rule(
        "instance:module_remove",
        MEMBER,
        "Remove a module.",
        f"DELETE {_ONE}/modules/{{module_id}}",
    ),
]

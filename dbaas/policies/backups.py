"""Backups and their strategies."""

from dbaas.policies.base import MEMBER, READER, rule

RULES = [
    rule("backup:index", READER, "List backups.", "GET /backups"),
    rule("backup:create", MEMBER, "Create a backup.", "POST /backups"),
    rule("backup:show", READER, "Show a backup.", "GET /backups/{backup_id}"),
    rule("backup:delete", MEMBER, "Delete a backup.", "DELETE /backups/{backup_id}"),
    rule("backup_strategy:index", READER, "List strategies.", "GET /backup_strategies"),
    rule("backup_strategy:create", MEMBER, "Create a strategy.", "POST /backup_strategies"),
    rule("backup_strategy:delete", MEMBER, "Delete a strategy.", "DELETE /backup_strategies"),
]

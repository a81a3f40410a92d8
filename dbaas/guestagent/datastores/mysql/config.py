"""The server's configuration, from the flavor's memory."""

_SMALL = 1024
_DEFAULT_MEMORY = 2048

_TEMPLATE = """\
# Written by the guest agent; changes are lost.
[mysqld]
character_set_server = utf8mb4
skip_name_resolve = ON
max_connect_errors = 1000000
local_infile = OFF
secure_file_priv = NULL
loose_mysqlx = OFF
# Triggers and functions would need SUPER, which a tenant's users don't have.
loose_log_bin_trust_function_creators = ON
max_connections = {connections}
innodb_buffer_pool_size = {pool}M
"""

_SMALL_TEMPLATE = """\
performance_schema = OFF
table_open_cache = 400
table_definition_cache = 400
"""


def render(memory: int) -> str:
    """For `memory` MiB; 0 means that there is no limit."""
    memory = memory or _DEFAULT_MEMORY
    small = memory < _SMALL
    text = _TEMPLATE.format(
        pool=max(32, memory // 4 if small else memory // 2),
        connections=max(50, min(4000, memory // 8)),
    )
    return text + (_SMALL_TEMPLATE if small else "")

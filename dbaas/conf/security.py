"""Secrets of the control plane."""

from oslo_config import cfg

GROUP: str | None = "security"
OPTS: list[cfg.Opt] = [
    cfg.StrOpt(
        "master_key_file",
        help="File of the keys that seal secrets in the database, one a line; the first "
        "seals, all unseal. Made by `dbaas-manage key create`; there is no default key.",
    ),
]

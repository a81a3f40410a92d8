"""Quotas of a project that has no limits of its own; -1 is no limit."""

from oslo_config import cfg

GROUP: str | None = None
OPTS: list[cfg.Opt] = [
    cfg.IntOpt("max_instances_per_tenant", default=10, min=-1, help="Instances."),
    cfg.IntOpt("max_ram_per_tenant", default=-1, min=-1, help="Memory of all flavors, MiB."),
    cfg.IntOpt("max_volumes_per_tenant", default=40, min=-1, help="Size of all volumes, GiB."),
    cfg.IntOpt("max_backups_per_tenant", default=50, min=-1, help="Backups."),
]

"""Quotas of a project that has no limits of its own; -1 is no limit."""

from oslo_config import cfg

GROUP: str | None = None


def _limit(name: str, default: int, text: str) -> cfg.IntOpt:
    return cfg.IntOpt(name, default=default, min=-1, mutable=True, help=text)


OPTS: list[cfg.Opt] = [
    _limit("max_instances_per_tenant", 10, "Instances."),
    _limit("max_ram_per_tenant", -1, "Memory of all flavors, MiB."),
    _limit("max_volumes_per_tenant", 40, "Size of all volumes, GiB."),
    _limit("max_backups_per_tenant", 50, "Backups."),
]

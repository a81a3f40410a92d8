"""How much memory the database's container may have."""

from pathlib import Path

from oslo_config import cfg

_STEP = 32
_RESERVE, _SHARE = 384, 0.15


def limit(options: cfg.ConfigOpts.GroupAttr) -> int:
    """MiB; 0 where there is no limit.

    In a server of its own, which has a device for the data, it follows from that server's, so
    that it is right again after a change of the flavor.
    """
    if options.memory or not options.device:
        return int(options.memory)
    total = of_machine()
    reserve = min(max(_RESERVE, int(total * _SHARE)), total // 2)
    return (total - reserve) // _STEP * _STEP


def of_machine() -> int:
    """MiB."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) // 1024
    raise OSError("/proc/meminfo does not say how much memory there is")

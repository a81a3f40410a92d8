"""The task manager."""

from oslo_config import cfg

GROUP: str | None = "taskmanager"
OPTS: list[cfg.Opt] = [
    cfg.StrOpt(
        "cloud",
        default="openstack",
        help="The cloud driver: `openstack`, or `local` for a Docker engine on this machine.",
    ),
    cfg.IntOpt("workers", default=8, min=1, help="Operation steps run at the same time."),
    cfg.FloatOpt(
        "poll_interval",
        default=1.0,
        min=0.05,
        mutable=True,
        help="Seconds between looks for due operations; hints make most pick-ups faster.",
    ),
    cfg.IntOpt(
        "lease",
        default=60,
        min=4,
        help="Seconds an operation belongs to a worker that does not answer any more. Must "
        "exceed four times the longest single call to the cloud or a guest.",
    ),
    cfg.IntOpt(
        "restart_timeout",
        default=300,
        min=1,
        mutable=True,
        help="Seconds after which a restart that is not finished has failed.",
    ),
    cfg.IntOpt(
        "catalogue_interval",
        default=300,
        min=1,
        help="Seconds between two looks at the cloud's flavors and networks; its servers are "
        "looked at five times as often.",
    ),
    cfg.IntOpt(
        "guest_call_timeout", default=15, min=1, help="Seconds a guest has to answer a call."
    ),
]

"""What holds for every instance, under the names that Trove gave it."""

from oslo_config import cfg

GROUP: str | None = None
OPTS: list[cfg.Opt] = [
    cfg.IntOpt(
        "usage_timeout",
        default=1800,
        min=1,
        mutable=True,
        help="Seconds after which a create that is not finished has failed.",
    ),
    cfg.IntOpt(
        "resize_time_out",
        default=900,
        min=1,
        mutable=True,
        help="Seconds after which a change of flavor, volume or access that is not finished has "
        "failed; undoing it may take as long again.",
    ),
    cfg.IntOpt(
        "agent_heartbeat_expiry",
        default=90,
        min=1,
        mutable=True,
        help="Seconds of silence after which a guest is reported as ERROR.",
    ),
    cfg.IntOpt(
        "report_interval",
        default=30,
        min=1,
        help="Seconds between two reports of a guest at the most.",
    ),
    cfg.ListOpt(
        "root_grant", default=["ALL"], help="Privileges of the root user that a tenant enables."
    ),
    cfg.BoolOpt("root_grant_option", default=True, help="Whether that root may grant them."),
]


def for_guests(conf: cfg.ConfigOpts) -> dict[str, str]:
    """What of it a guest has to know, as it stands in the [guest] group of its file."""
    return {
        "report_interval": str(conf.report_interval),
        "root_grant": ",".join(conf.root_grant),
        "root_grant_option": str(conf.root_grant_option),
    }

"""The REST API."""

from oslo_config import cfg

GROUP: str | None = None


def _page(name: str, default: int) -> cfg.IntOpt:
    return cfg.IntOpt(name, default=default, min=1, mutable=True, help="Default and largest page.")


OPTS: list[cfg.Opt] = [
    cfg.HostAddressOpt("bind_host", default="0.0.0.0", help="Address the API listens on."),
    cfg.PortOpt("bind_port", default=8779, help="Port the API listens on."),
    cfg.IntOpt("api_threads", default=8, min=1, help="Threads of one dbaas-api process."),
    cfg.StrOpt(
        "auth_strategy",
        default="keystone",
        choices=[
            ("keystone", "tokens are checked by keystonemiddleware"),
            ("none", "everybody is administrator of the project in the URL; loopback only"),
        ],
        help="How callers are identified.",
    ),
    cfg.StrOpt("region", default="RegionOne", help="Region that instances are reported in."),
    cfg.StrOpt("default_datastore", mutable=True, help="Datastore of a request that names none."),
    _page("instances_page_size", 20),
    _page("users_page_size", 20),
    _page("databases_page_size", 20),
    _page("events_page_size", 100),
    cfg.IntOpt(
        "max_accepted_volume_size",
        default=10240,
        min=1,
        mutable=True,
        help="Largest volume of one instance, in GiB.",
    ),
]

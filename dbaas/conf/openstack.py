"""The `openstack` cloud. Names and meanings are Trove's wherever it has the option."""

from keystoneauth1 import loading
from oslo_config import cfg

GROUP: str | None = None
OPTS: list[cfg.Opt] = [
    cfg.ListOpt(
        "management_networks",
        default=[],
        help="Networks, by id, that guests are managed over; a server gets a port on the last "
        "one. Without any, guests reach the broker over their tenant's network.",
    ),
    cfg.ListOpt(
        "management_security_groups",
        default=[],
        help="Security groups, by id, of the management port; none: the project's default one.",
    ),
    cfg.StrOpt("nova_keypair", help="Keypair of the service's user, for ssh to the servers."),
    cfg.StrOpt("cinder_volume_type", help="Volume type of a request that names none."),
    cfg.BoolOpt(
        "volume_support",
        default=True,
        help="Keep data on Cinder volumes. Otherwise it is on the flavor's ephemeral disk, "
        "which a flavor must then have, and requests name no volume.",
    ),
    cfg.BoolOpt(
        "online_volume_resize",
        default=True,
        help="Try to grow volumes while they are attached; where the back end can't, and "
        "without this, the database is stopped for as long as it takes.",
    ),
    cfg.BoolOpt(
        "enable_volume_az",
        default=False,
        help="Make volumes in the availability zone that the server is asked for in.",
    ),
    cfg.BoolOpt(
        "use_nova_server_config_drive",
        default=True,
        help="Give guests their configuration on a drive, not by the metadata service.",
    ),
    cfg.ListOpt(
        "reserved_network_cidrs",
        default=[],
        help="Networks that a tenant's network may not overlap with, besides the management "
        "network's: those that the broker and other services are reached in.",
    ),
    cfg.StrOpt(
        "guest_transport_url",
        secret=True,
        help="How guests reach the broker, where it differs from transport_url.",
    ),
]

NETWORK_OPTS: list[cfg.Opt] = [
    cfg.StrOpt(
        "public_network_id",
        help="External network of floating IPs; not needed where there is only one.",
    ),
    cfg.BoolOpt(
        "enable_access_check",
        default=True,
        help="Refuse --is-public on networks without a router to the external network.",
    ),
]

CREDENTIALS = "service_credentials"
SERVICES = ("nova", "glance", "neutron", "cinder")
_TIMEOUT = 15


def register(conf: cfg.ConfigOpts) -> None:
    """Add the options, with keystoneauth's of the session and each service.

    Those of the account follow from its auth_type: keystoneauth adds them when it is used.
    """
    for group, options in _groups():
        conf.register_opts(options, group=None if group == "DEFAULT" else group)
    conf.set_default("auth_type", "password", CREDENTIALS)
    conf.set_default("timeout", _TIMEOUT, CREDENTIALS)


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """By group, for the sample."""
    account = (CREDENTIALS, loading.get_auth_plugin_conf_options("password"))
    return [*_groups(), account]


def _groups() -> list[tuple[str, list[cfg.Opt]]]:
    session = [
        *loading.get_auth_common_conf_options(),
        *loading.get_session_conf_options(),
        cfg.StrOpt("region_name", help="Region of all services that don't name their own."),
    ]
    return [
        ("DEFAULT", OPTS),
        ("network", NETWORK_OPTS),
        (CREDENTIALS, session),
        *((service, _adapter(service)) for service in SERVICES),
    ]


def _adapter(service: str) -> list[cfg.Opt]:
    """keystoneauth's options of one service. Trove's name for the interface is read too."""
    old = "nova_compute" if service == "nova" else service
    interface = cfg.DeprecatedOpt(f"{old}_endpoint_type", group="DEFAULT")
    options: list[cfg.Opt] = loading.get_adapter_conf_options(
        include_deprecated=False, deprecated_opts={"valid-interfaces": [interface]}
    )
    return options

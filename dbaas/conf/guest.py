"""The guest agent: what the driver that boots a server tells the agent inside it."""

from oslo_config import cfg

GROUP: str | None = "guest"
OPTS: list[cfg.Opt] = [
    cfg.StrOpt("node_id", help="Id of the node this agent serves."),
    cfg.StrOpt("datastore", help="Datastore manager, for instance mysql."),
    cfg.StrOpt("repository", help="Docker repository of the database's images."),
    cfg.StrOpt(
        "state_dir",
        default="/var/lib/dbaas-guest",
        help="Folder of the agent's own files: its jobs, its account, the database's socket.",
    ),
    cfg.StrOpt("container", default="database", help="Name of the database's container."),
    cfg.DictOpt("labels", default={}, help="Further labels of the database's container."),
    cfg.StrOpt(
        "volume",
        help="Where the data lies: a Docker volume's name, or the path of a mounted folder.",
    ),
    cfg.StrOpt(
        "device",
        help="Block device to mount there, formatted if it is empty. Without one, the volume is "
        "there.",
    ),
    cfg.StrOpt("docker_network", help="Docker network of the container; bridge if not set."),
    cfg.StrOpt("address", help="Address of the container in that network."),
    cfg.StrOpt(
        "publish_address", help="Address of this machine on which to publish the database's port."
    ),
    cfg.IntOpt(
        "memory",
        default=0,
        min=0,
        help="Memory of the container in MiB; 0: no limit, or with a device, where the whole "
        "machine is the database's, most of its memory.",
    ),
    cfg.IntOpt("vcpus", default=0, min=0, help="Processors of the container; 0: no limit."),
    cfg.FloatOpt(
        "report_interval", default=30, min=0.05, help="Seconds between two reports at the most."
    ),
    cfg.FloatOpt(
        "probe_interval", default=5, min=0.05, help="Seconds between two looks at the database."
    ),
    cfg.ListOpt(
        "root_grant", default=["ALL"], help="Privileges of the root user that a tenant enables."
    ),
    cfg.BoolOpt("root_grant_option", default=True, help="Whether that root may grant them."),
]

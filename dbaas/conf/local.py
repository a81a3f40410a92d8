"""The `local` cloud: servers are guest agents beside a Docker engine on this machine."""

from oslo_config import cfg

GROUP: str | None = "local"
OPTS: list[cfg.Opt] = [
    cfg.StrOpt(
        "state_dir",
        default="/var/lib/dbaas/local",
        help="Folder of what this cloud has made, and of its servers' files.",
    ),
    cfg.StrOpt(
        "images",
        help="JSON file that lists the images: [{id, name, tags: [], repository}, …]. "
        "Without it there is one image, tagged trove and mysql, of the repository mysql.",
    ),
    cfg.ListOpt(
        "flavors",
        default=[
            "1:m1.tiny:512:1:1",
            "2:m1.small:2048:1:20",
            "3:m1.medium:4096:2:40",
            "4:m1.large:8192:4:80",
        ],
        help="Flavors, each id:name:MiB of memory:processors:GiB of disk.",
    ),
    cfg.DictOpt("labels", default={}, help="Labels, key:value, on all that is made in Docker."),
    cfg.StrOpt("network", default="dbaas", help="Name of the Docker network to make and use."),
    cfg.StrOpt("subnet", default="172.30.0.0/24", help="Its addresses."),
    cfg.StrOpt(
        "public_subnet",
        default="127.87.79.0/24",
        help="Addresses on which public instances publish their port. The default lies in the "
        "loopback range: reachable from this machine only.",
    ),
]

"""What cloud-init does at a guest's first boot: it writes the agent's configuration file."""

from collections.abc import Mapping
from typing import Any

import oslo_messaging.opts
import yaml
from oslo_config import cfg

from dbaas.conf import instances
from dbaas.drivers import ServerSpec, Volume

GUEST_CONF = "/etc/dbaas/guest.conf"
_DATA = "/var/lib/dbaas/data"
_SERIAL_LENGTH = 20
"""QEMU cuts the serial numbers of virtio disks."""
_RABBIT = "oslo_messaging_rabbit"

Groups = Mapping[str, Mapping[str, str]]


def user_data(conf: cfg.ConfigOpts, spec: ServerSpec) -> str:
    """The #cloud-config of the server. It holds secrets: never show it."""
    file = {
        "path": GUEST_CONF,
        "owner": "root:root",
        "permissions": "0600",
        "content": as_ini(_guest_conf(conf, spec)),
    }
    return "#cloud-config\n" + yaml.safe_dump({"write_files": [file]})


def as_ini(groups: Groups) -> str:
    """As oslo.config reads it back, character by character.

    Raises ValueError for an empty line within a value, which the format can't say.
    """
    lines: list[str] = []
    for group, options in groups.items():
        lines += [f"[{group}]", *(f"{key} = {_value(value)}" for key, value in options.items())]
    return "\n".join(lines) + "\n"


def _value(value: str) -> str:
    lines = value.replace("$", "$$").split("\n")
    if len(lines) == 1:
        return f'"{lines[0]}"'
    if any(line != line.strip() or not line for line in lines):
        raise ValueError("a value of several lines can't be written")
    return "\n    ".join(lines)


def _guest_conf(conf: cfg.ConfigOpts, spec: ServerSpec) -> Groups:
    return {
        "DEFAULT": {
            "transport_url": conf.guest_transport_url or conf.transport_url or "rabbit://",
            "control_exchange": conf.control_exchange,
        },
        _RABBIT: _rabbit(conf),
        "guest": {
            **spec.guest,
            **instances.for_guests(conf),
            "repository": spec.image.repository,
            "volume": _DATA,
            "device": _device(spec.volume),
            "publish_address": spec.port.address,
        },
    }


def _rabbit(conf: cfg.ConfigOpts) -> dict[str, str]:
    """What was set: both sides must declare the queues alike."""
    set_here = {}
    for group, options in oslo_messaging.opts.list_opts():
        for option in options if group == _RABBIT else ():
            value = conf[_RABBIT][option.dest]
            if value != option.default and value is not None:
                set_here[option.dest] = _text(value)
    return set_here


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _device(volume: Volume) -> str:
    if volume.id is None:
        return "/dev/vdb"  # the flavor's ephemeral disk
    return f"/dev/disk/by-id/virtio-{volume.id[:_SERIAL_LENGTH]}"

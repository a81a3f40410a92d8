"""Giving a server of Nova another flavor, once for each attempt.

Nova accepts a resize, and may find later that it can't: the server is what it was before. So
that such an attempt is neither repeated nor taken for another's, the server's metadata tell
which attempt it is and which action came last before it. A newer action is the attempt's own.
"""

import contextlib
from typing import Any

from novaclient import exceptions

from dbaas.drivers import CloudFlavor
from dbaas.drivers.openstack.errors import plain

_MARK = "dbaas_resize"
_NONE = "none"


def is_of(server: Any, flavor: CloudFlavor) -> bool:
    """Servers carry a copy of their flavor, without its id."""
    copy = server.flavor
    wanted = (flavor.name, flavor.ram, flavor.vcpus, flavor.disk, flavor.ephemeral)
    keys = ("original_name", "ram", "vcpus", "disk", "ephemeral")
    return tuple(copy[key] for key in keys) == wanted


def resize(nova: Any, server: Any, flavor: CloudFlavor, attempt: str) -> str | None:
    """Ask for it unless this attempt has; answer why it failed if it did."""
    newest = _newest(nova, server)
    marked, _, before = server.metadata.get(_MARK, "").partition(" ")
    if marked != attempt:
        before = newest
        nova.servers.set_meta(server, {_MARK: f"{attempt} {newest}"})
    if newest != before:
        return _why(nova, server, newest)
    server.resize(flavor.id)
    return None


def confirm(server: Any) -> None:
    """Let the new flavor stay. Nova refuses that while it is doing it already, or has."""
    with contextlib.suppress(exceptions.BadRequest, exceptions.Conflict):
        server.confirm_resize()


def _newest(nova: Any, server: Any) -> str:
    """The request's id, which names the action."""
    actions = nova.instance_action.list(server)
    return next((each.request_id for each in actions if each.action == "resize"), _NONE)


def _why(nova: Any, server: Any, request_id: str) -> str:
    events = nova.instance_action.get(server, request_id).events
    details = [event["details"] for event in events if event.get("details")]
    words = plain(details[0]) if details else "it gives no reason"
    return f"The server was not resized. Nova says: {words}"

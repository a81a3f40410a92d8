"""The root user of an instance."""

from typing import Any

from dbaas.api import faults, inside
from dbaas.api.call import Call

Body = dict[str, Any]


def show(call: Call) -> Body:
    return {"rootEnabled": inside.look(call).root_enabled}


def enable(call: Call) -> Body:
    password = (call.body or {}).get("password")
    result = inside.change(call, "Root was enabled.", "enable_root", password=password)
    return {"user": {"name": "root", "password": result["password"]}}


def disable(call: Call) -> None:
    if not inside.look(call).root_enabled:
        raise faults.NotFound("root is not enabled")
    inside.change(call, "Root was disabled.", "disable_root")

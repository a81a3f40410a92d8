"""The versions of this API; asked without a token."""

from typing import Any

from dbaas.api.call import Call
from dbaas.api.views import versions as view


def index(call: Call) -> dict[str, Any]:
    return {"versions": [view.version(call.base)]}


def show(call: Call) -> dict[str, Any]:
    return {"version": view.version(call.base)}

"""Parts of Trove's API that this release has not: empty lists, nothing to find, or 501."""

from typing import Any

from dbaas.api import faults
from dbaas.api.call import Call
from dbaas.api.routing import Handler
from dbaas.db import instances


def empty(key: str) -> Handler:
    """There is none, truthfully: lists must answer, clients look up names with them."""

    def index(call: Call) -> dict[str, Any]:
        return {key: []}

    return index


def empty_of_instance(key: str) -> Handler:
    def index(call: Call) -> dict[str, Any]:
        call.services.database.read(
            lambda session: instances.show(session, call.path["instance_id"], call.scope)
        )
        return {key: []}

    return index


def missing(noun: str) -> Handler:
    """None exists, so the one asked for does not."""

    def show(call: Call) -> None:
        raise faults.NotFound(f"{noun} {next(iter(call.path.values()))} is not there")

    return show


def not_built(what: str) -> Handler:
    def refuse(call: Call) -> None:
        raise faults.NotBuilt(what)

    return refuse

"""What lies inside a database engine: read from the inventory, changed by the guest."""

from typing import Any

from dbaas.api import faults
from dbaas.api.call import Call
from dbaas.db import instances, inventory, operations
from dbaas.db.models import Inventory


def look(call: Call) -> Inventory:
    """What the guest saw last. Raises Unprocessable where it has not looked yet."""
    row, seen = call.services.database.read(
        lambda session: inventory.of_instance(session, call.path["instance_id"], call.scope)
    )
    if seen is None:
        raise faults.Unprocessable(f"instance {row.id} is {row.status}, its content is not known")
    return seen


def change(call: Call, sentence: str, method: str, **arguments: Any) -> Any:
    """Ask the guest, then keep what it saw afterwards together with an event."""
    instance_id = call.path["instance_id"]
    database = call.services.database
    node_id = database.read(
        lambda session: instances.serving_node(session, instance_id, call.scope)
    )
    result = call.services.ask_guest(node_id, method, **arguments)

    def keep(session: Any) -> None:
        inventory.store(session, node_id, result["inventory"])
        operations.tell(session, instance_id, method, sentence)

    database.write(keep)
    return result

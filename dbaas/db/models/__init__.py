"""The tables. Wished and observed state are separate columns throughout."""

from dbaas.db.models.base import Base, new_id, utcnow
from dbaas.db.models.catalogue import Datastore, DatastoreVersion, Flavor, Network
from dbaas.db.models.instance import Instance, Inventory, Node
from dbaas.db.models.operation import Event, Operation, Outcome
from dbaas.db.models.quota import QuotaLimit, QuotaUsage
from dbaas.db.models.service import Service

__all__ = [
    "Base",
    "Datastore",
    "DatastoreVersion",
    "Event",
    "Flavor",
    "Instance",
    "Inventory",
    "Network",
    "Node",
    "Operation",
    "Outcome",
    "QuotaLimit",
    "QuotaUsage",
    "Service",
    "new_id",
    "utcnow",
]

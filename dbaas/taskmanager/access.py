"""Who may reach an instance's database, and at which ports."""

from collections.abc import Sequence

from dbaas.db.instances import ANYWHERE
from dbaas.db.models import DatastoreVersion, Instance

_PORTS = {"mysql": (3306,), "mariadb": (3306,), "postgresql": (5432,)}


def tcp_ports(version: DatastoreVersion) -> Sequence[int]:
    return _PORTS[version.manager]


def allowed_cidrs(instance: Instance) -> Sequence[str]:
    """Everybody where nobody is named, as in Trove."""
    return instance.allowed_cidrs or [ANYWHERE]

"""Who may reach an instance's database, and at which ports."""

from collections.abc import Sequence

from dbaas.db.models import DatastoreVersion
from dbaas.db.networks import ANYWHERE

_PORTS = {"mysql": (3306,), "mariadb": (3306,), "postgresql": (5432,)}


def tcp_ports(version: DatastoreVersion) -> Sequence[int]:
    return _PORTS[version.manager]


def allowed_cidrs(named: Sequence[str]) -> Sequence[str]:
    """Everybody where nobody is named, as in Trove."""
    return named or [ANYWHERE]

"""Flavors, as the cloud was last seen to offer them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dbaas.db.catalogue import NotSeen
from dbaas.db.models import Flavor


def present(session: Session) -> Sequence[Flavor]:
    query = select(Flavor).where(Flavor.present).order_by(Flavor.ram, Flavor.vcpus, Flavor.id)
    return session.scalars(query).all()


def find(session: Session, flavor_id: str) -> Flavor | None:
    row = session.get(Flavor, flavor_id)
    return row if row is not None and row.present else None


def require(session: Session, flavor_id: str) -> Flavor:
    """Raises NotSeen."""
    if row := find(session, flavor_id):
        return row
    raise NotSeen(f"flavorRef: there is no flavor {flavor_id}")

"""The networks that instances may be on, as last seen in the cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dbaas.db.catalogue import NotSeen
from dbaas.db.models import Network

ANYWHERE = "0.0.0.0/0"


class Invalid(ValueError):
    """A network that cannot be used; the text says which field and why."""


@dataclass(frozen=True)
class Rules:
    """What the operator demands of tenants' networks."""

    management_networks: Sequence[str] = ()
    """Ids; tenants can't use them, nor any that overlaps with their addresses."""
    reserved_cidrs: Sequence[str] = ()
    needs_route: bool = True
    """Whether only a network with a router may carry a public instance."""


@dataclass(frozen=True)
class Wanted:
    """What a request says of an instance's network."""

    project_id: str
    network: str | None
    """Its id or its name; None: the only one there is."""
    is_public: bool
    is_narrow: bool
    """Only some addresses may reach the instance."""


def choose(session: Session, wanted: Wanted, rules: Rules) -> Network:
    """The network that is meant. Raises Invalid, NotSeen."""
    network = _find(session, wanted, rules)
    if taken := _overlap(network.cidrs, _reserved(session, rules)):
        raise Invalid(f"nics.0: the network {network.name} overlaps with the service's {taken}")
    check_access(network, wanted.is_public, wanted.is_narrow, rules)
    return network


def check_access(network: Network, is_public: bool, is_narrow: bool, rules: Rules) -> None:
    """Whether it can be had on the network. Raises Invalid, NotSeen."""
    if is_public and rules.needs_route and not network.is_routed:
        raise NotSeen(
            f"access.is_public: the network {network.name} has no router to a public network"
        )
    if is_narrow and not network.filters_ports:
        raise Invalid("access.allowed_cidrs: cannot be enforced on this network")


def is_narrow(cidrs: Sequence[str]) -> bool:
    """Whether these let some in, and not others."""
    return any(cidr != ANYWHERE for cidr in cidrs)


def _find(session: Session, wanted: Wanted, rules: Rules) -> Network:
    theirs = or_(Network.project_id.is_(None), Network.project_id == wanted.project_id)
    query = select(Network).where(
        Network.present, theirs, Network.id.not_in(rules.management_networks)
    )
    if wanted.network is not None:
        query = query.where(or_(Network.id == wanted.network, Network.name == wanted.network))
    networks = session.scalars(query).all()
    if len(networks) == 1:
        return networks[0]
    if wanted.network is None and networks:
        raise Invalid(f"nics: say on which network; there are {len(networks)} to choose from")
    if wanted.network is None:
        raise NotSeen("nics: there is no network to be on")
    if not networks:
        raise NotSeen(f"nics.0: there is no network {wanted.network}")
    raise Invalid(f"nics.0: there is more than one network {wanted.network}")


def _reserved(session: Session, rules: Rules) -> list[str]:
    query = select(Network).where(Network.id.in_(rules.management_networks))
    managed = [cidr for network in session.scalars(query) for cidr in network.cidrs]
    return [*rules.reserved_cidrs, *managed]


def _overlap(cidrs: Sequence[str], reserved: Sequence[str]) -> str | None:
    for taken in reserved:
        if any(ip_network(cidr).overlaps(ip_network(taken, strict=False)) for cidr in cidrs):
            return taken
    return None

"""Which network an instance is on, and what the operator demands of it."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from dbaas.db import networks
from dbaas.db.catalogue import NotSeen
from dbaas.db.database import Database
from dbaas.db.models import Network
from dbaas.db.networks import Invalid, Rules, Wanted

WANTED = Wanted("project-1", network=None, is_public=False, is_narrow=False)
RULES = Rules(management_networks=["mgmt"], reserved_cidrs=["172.16.0.0/16"])


def _network(id_: str, **values: object) -> Network:
    fields = {"id": id_, "name": id_, "filters_ports": True, "cidrs": ["10.0.0.0/24"]}
    return Network(**{**fields, **values})


@pytest.fixture
def choose(database: Database) -> "Choose":
    return Choose(database)


class Choose:
    """Chooses among the networks it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, wanted: Wanted, *rows: Network, rules: Rules = RULES) -> str:
        def work(session: Session) -> str:
            session.add_all(rows)
            session.flush()
            return networks.choose(session, wanted, rules).id

        return self._database.write(work)


def test_the_only_one(choose: Choose) -> None:
    gone = _network("gone", present=False)
    foreign = _network("foreign", project_id="project-2")
    managed = _network("mgmt", cidrs=["192.168.0.0/24"])
    assert choose(WANTED, _network("shared"), gone, foreign, managed) == "shared"


def test_by_id_or_name(choose: Choose) -> None:
    rows = (_network("one"), _network("two", name="private", project_id="project-1"))
    assert choose(replace(WANTED, network="private"), *rows) == "two"
    assert choose(replace(WANTED, network="one")) == "one"


def test_several_to_choose_from(choose: Choose) -> None:
    with pytest.raises(Invalid, match="say on which network; there are 2"):
        choose(WANTED, _network("one"), _network("two"))


def test_a_name_that_two_have(choose: Choose) -> None:
    rows = (_network("one", name="same"), _network("two", name="same"))
    with pytest.raises(Invalid, match="more than one network same"):
        choose(replace(WANTED, network="same"), *rows)


@pytest.mark.parametrize("name", ["gone", "foreign", "mgmt", "nowhere"])
def test_what_may_be_there_by_now(choose: Choose, name: str) -> None:
    rows = (
        _network("gone", present=False),
        _network("foreign", project_id="project-2"),
        _network("mgmt"),
    )
    with pytest.raises(NotSeen, match=f"there is no network {name}"):
        choose(replace(WANTED, network=name), *rows)


def test_no_network_at_all(choose: Choose) -> None:
    with pytest.raises(NotSeen, match="no network to be on"):
        choose(WANTED)


@pytest.mark.parametrize(
    ("cidr", "taken"),
    [
        ("172.16.3.0/24", "172.16.0.0/16"),
        ("172.0.0.0/8", "172.16.0.0/16"),
        ("192.168.0.128/25", "192.168.0.0/24"),
    ],
)
def test_overlaps_are_refused(choose: Choose, cidr: str, taken: str) -> None:
    rows = (
        _network("mgmt", cidrs=["192.168.0.0/24"]),
        _network("one", cidrs=["10.0.0.0/24", cidr]),
    )
    with pytest.raises(Invalid, match=f"one overlaps with the service's {taken}"):
        choose(replace(WANTED, network="one"), *rows)


def test_neighbours_are_not(choose: Choose) -> None:
    rows = (_network("mgmt", cidrs=["192.168.0.0/24"]), _network("one", cidrs=["192.168.1.0/24"]))
    assert choose(replace(WANTED, network="one"), *rows) == "one"


def test_public_needs_a_router(choose: Choose) -> None:
    alone = _network("alone", is_routed=False)
    public = replace(WANTED, is_public=True)
    with pytest.raises(NotSeen, match="no router"):
        choose(public, alone)


def test_unless_the_operator_does_not_care(choose: Choose) -> None:
    alone = _network("alone", is_routed=False)
    rules = replace(RULES, needs_route=False)
    assert choose(replace(WANTED, is_public=True), alone, rules=rules) == "alone"


def test_private_needs_none(choose: Choose) -> None:
    assert choose(WANTED, _network("alone", is_routed=False)) == "alone"


def test_narrow_access_must_be_enforced(choose: Choose) -> None:
    with pytest.raises(Invalid, match="cannot be enforced"):
        choose(replace(WANTED, is_narrow=True), _network("open", filters_ports=False))


@pytest.mark.parametrize(
    ("cidrs", "is_narrow"),
    [([], False), (["0.0.0.0/0"], False), (["0.0.0.0/0", "10.0.0.0/8"], True)],
)
def test_what_is_narrow(cidrs: list[str], is_narrow: bool) -> None:
    assert networks.is_narrow(cidrs) is is_narrow

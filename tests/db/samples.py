"""Rows to begin with, and orders of instances."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from dbaas.db import datastores, instances, networks
from dbaas.db.database import Database
from dbaas.db.instances import Asker, Order
from dbaas.db.models import Flavor, Instance, Network

PROJECT = "project-1"
UNLIMITED = {"instances": -1, "ram": -1, "volumes": -1, "backups": -1}
ORDER = Order(
    project_id=PROJECT,
    name="shop",
    region="RegionOne",
    flavor="1",
    datastore=datastores.Wanted("mysql"),
    volume_size=2,
)


def add_catalogue(session: Session) -> None:
    """Flavors of 512 and 2048 MiB, one network, and MySQL 8.4."""
    session.add(Flavor(id="1", name="small", ram=512, vcpus=1, disk=1, ephemeral=0))
    session.add(Flavor(id="2", name="big", ram=2048, vcpus=2, disk=1, ephemeral=0))
    session.add(Network(id="net-1", name="default", filters_ports=True))
    values = {
        "name": "8.4",
        "version_number": "8.4.6",
        "manager": "mysql",
        "image_id": None,
        "image_tags": ["mysql"],
        "packages": [],
        "active": True,
    }
    datastores.add_version(session, "mysql", True, values)


def order(
    session: Session,
    wish: Order = ORDER,
    limits: Mapping[str, int] = UNLIMITED,
    secrets: str = "sealed",
) -> Instance:
    asker = Asker(request_id="req-1", user_id="user-1")
    return instances.create(session, wish, limits, None, networks.Rules(), secrets, asker)


def add_instance(database: Database, name: str = "shop", project: str = PROJECT) -> str:
    """An accepted order on a database with a catalogue; its id."""
    wish = replace(ORDER, name=name, project_id=project)
    return database.write(lambda session: order(session, wish).id)

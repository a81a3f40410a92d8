"""Create, from the accepted order to ACTIVE."""

from dbaas.db.models import Outcome
from tests.taskmanager.world import CONTENT, World


def test_create_happy_path(world: World) -> None:
    world.new_engine()
    made = world.order(is_public=True)
    world.until_status(made, "ACTIVE")

    assert world.events(made) == [
        ("start", "Creation was accepted."),
        ("port", "It has the address 10.0.0.7."),
        ("floating_ip", "It has the public address 203.0.113.7."),
        ("volume", "The volume of 2 GiB is there."),
        ("server", "The server runs."),
        ("agent", "The guest agent on the server answers."),
        ("prepare", "The database is set up."),
        ("verify", "The database is ready to use."),
    ]

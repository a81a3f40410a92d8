"""Which task managers run."""

from sqlalchemy import update

from dbaas.db import services
from dbaas.db.clock import db_now
from dbaas.db.database import Database
from dbaas.db.models import Service


def announce(database: Database, name: str) -> None:
    database.write(lambda s: services.announce(s, name, "host", 7, "1.0"))


def let_pass(database: Database, name: str, seconds: float) -> None:
    """As if it had been seen last so long ago."""
    seen = update(Service).where(Service.name == name).values(seen_at=db_now(-seconds))
    database.write(lambda s: s.execute(seen))


def is_up(database: Database) -> dict[str, bool]:
    return {seen.name: seen.is_up for seen in database.read(services.show)}


def test_up_down_and_up_again(database: Database) -> None:
    announce(database, "a")
    announce(database, "b")
    assert is_up(database) == {"a": True, "b": True}
    let_pass(database, "a", services.UP_SECONDS + 1)
    assert is_up(database) == {"a": False, "b": True}
    started = database.read(services.show)[0].started_at
    announce(database, "a")
    (first, _) = database.read(services.show)
    assert first.is_up
    assert first.started_at == started <= first.seen_at


def test_an_orderly_end_is_not_shown(database: Database) -> None:
    announce(database, "a")
    database.write(lambda s: services.withdraw(s, "a"))
    assert is_up(database) == {}


def test_the_dead_are_forgotten_after_a_day(database: Database) -> None:
    announce(database, "dead")
    let_pass(database, "dead", 25 * 3600)
    announce(database, "a")
    assert is_up(database) == {"a": True}

"""A control plane with engines of its own, beside a cloud and guests in memory."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import oslo_messaging
from oslo_config import cfg
from sqlalchemy import CursorResult, Update, event, inspect, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from dbaas.db import changes, instances, networks, quotas
from dbaas.db import operations as db_operations
from dbaas.db.clock import db_now
from dbaas.db.database import Database
from dbaas.db.instances import Asker
from dbaas.db.models import Event, Instance, Node, Operation, Outcome, utcnow
from dbaas.db.states import InstanceStatus
from dbaas.drivers import ServerSpec
from dbaas.rpc.guest import GuestClient
from dbaas.secrets import Vault
from dbaas.taskmanager import reports
from dbaas.taskmanager.engine import Engine
from dbaas.taskmanager.work import Tools
from tests.db import samples
from tests.fakes.cloud import FakeCloud
from tests.fakes.edge import PATIENCE, Killed
from tests.fakes.guests import FakeGuests

T = TypeVar("T")
CONTENT = {"databases": [{"name": "shop"}], "users": []}


class Commits:
    """Tells that another thread has committed something that a test may wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._reader = threading.get_ident()
        self._listeners: dict[str, Callable[..., None]] = {
            "after_flush": self._after_flush,
            "do_orm_execute": self._executed,
            "after_commit": self._after_commit,
        }

    def _after_flush(self, session: Session, context: object) -> None:
        # What ends a step tells so, or goes on to the next; what only begins one does neither.
        told = any(isinstance(row, Event) for row in session.new)
        if told or any(_has_other_step(row) for row in session.dirty):
            session.info["is_news"] = True

    def _executed(self, state: ORMExecuteState) -> None:
        if state.is_update:
            state.session.info["is_news"] = True

    def _after_commit(self, session: Session) -> None:
        if session.info.pop("is_news", False) and threading.get_ident() != self._reader:
            self.announce()

    def announce(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def __enter__(self) -> "Commits":
        for name, listener in self._listeners.items():
            event.listen(Session, name, listener)
        return self

    def __exit__(self, *_: object) -> None:
        for name, listener in self._listeners.items():
            event.remove(Session, name, listener)

    def until(self, look: Callable[[], T | None]) -> T:
        """What `look` returned once it was truthy; it is asked again after every commit."""
        end = time.monotonic() + PATIENCE
        while True:
            with self._changed:
                seen = self._count
            if found := look():
                return found
            self._wait_for_more(seen, end)

    def _wait_for_more(self, seen: int, end: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._count != seen, end - time.monotonic()):
                raise TimeoutError("it never came to pass")


def _has_other_step(row: object) -> bool:
    return isinstance(row, Operation) and inspect(row).attrs.step.history.has_changes()


class Life:
    """Ends at the n-th moment at which the power could go; everything of its owner ends then."""

    def __init__(self, moments: int, announce: Callable[[], None]) -> None:
        self._moments = moments
        self._announce = announce
        self.crossed = 0
        self.over = threading.Event()

    def cross(self) -> None:
        if self.over.is_set():
            raise Killed
        self.crossed += 1
        if self.crossed > self._moments:
            self.over.set()
            self._announce()
            raise Killed


class MortalDatabase(Database):
    """It dies at the end of a transaction, and does nothing any more when it is dead.

    Its connections are those of another one: a pool for each death would take most of the time.
    """

    def __init__(self, database: Database, life: Life) -> None:
        self.engine, self._writer = database.engine, database._writer
        self._local = threading.local()
        self._life = life

    def read(self, work: Callable[[Session], T]) -> T:
        if self._life.over.is_set():
            raise Killed
        return super().read(work)

    def write(self, work: Callable[[Session], T]) -> T:
        if self._life.over.is_set():
            raise Killed
        answer = super().write(work)
        self._life.cross()
        return answer


class WatchedGuests(GuestClient):
    """The real client, looked at when it has called."""

    watch: Callable[[], None]

    def call(self, node_id: str, method: str, **arguments: Any) -> Any:
        try:
            return super().call(node_id, method, **arguments)
        finally:
            self.watch()


class World:
    def __init__(
        self,
        open_database: Callable[[int], Database],
        conf: cfg.ConfigOpts,
        transport: oslo_messaging.Transport,
        vault: Vault,
        commits: Commits,
    ) -> None:
        self._open_database = open_database
        self.database, self.conf, self.vault = open_database(0), conf, vault
        self.commits = commits
        self.cloud = FakeCloud(self._watch)
        self.guests = FakeGuests(transport, self._report)
        self.cloud.on_boot = self._boot
        self.cloud.on_reboot = lambda name: self.guests.reboot(name.removeprefix("dbaas-"))
        self.cloud.on_shutdown = lambda name: self.guests.shut_down(name.removeprefix("dbaas-"))
        client = WatchedGuests(transport, timeout=2)
        client.watch = self._watch
        self.tools = Tools(self.cloud.as_cloud(), client, vault, conf)
        self.life: Life | None = None
        """Ends the thread that calls the cloud or a guest."""
        self.databases = [self.database]
        self.engines: list[Engine] = []
        self.calls_in_transactions: list[str] = []
        self.database.write(samples.add_catalogue)

    # Engines

    def new_engine(self, workers: int = 4, kind: type[Engine] = Engine) -> Engine:
        """A running engine with a pool of connections of its own."""
        self.databases.append(self._open_database(len(self.databases)))
        return self.start_engine(self.databases[-1], workers, kind)

    def start_engine(
        self, database: Database, workers: int = 4, kind: type[Engine] = Engine
    ) -> Engine:
        self.conf.set_override("workers", workers, group="taskmanager")
        engine = kind(database, self.tools, self.conf)
        self.engines.append(engine)
        engine.start()
        return engine

    def stop_engines(self) -> None:
        while self.engines:
            self.engines.pop().stop()

    def close(self) -> None:
        self.stop_engines()
        self.guests.close()
        assert not self.calls_in_transactions, "the world was called inside a transaction"

    def active(self, **wishes: Any) -> str:
        """An instance that an engine, which goes on running, has built."""
        self.new_engine()
        made = self.order(**wishes)
        self.until_status(made, "ACTIVE")
        return made

    # What tenants do

    def order(self, **wishes: Any) -> str:
        sealed = self.vault.seal(CONTENT)
        wish = replace(samples.ORDER, **wishes)
        made = self.database.write(lambda s: samples.order(s, wish, secrets=sealed).id)
        self.poke()
        return made

    def order_with_resources(self, *kinds: str) -> str:
        """An order that nobody has worked on, with these resources in the cloud."""
        made = self.order()
        name = self.cloud_name(made)
        for kind in kinds:
            self.cloud.made[kind, name] += 1
            self.cloud.there[kind, name] = f"{kind}-1"
        return made

    def finish_create(self, instance_id: str) -> None:
        """As if an engine had done it."""

        def work(session: Session) -> None:
            instance = session.get_one(Instance, instance_id)
            quotas.commit(session, instance)
            instance.status, instance.built_at = InstanceStatus.ACTIVE, utcnow()
            operation = db_operations.live(session, instance_id)
            assert operation is not None
            operation.wake_at = operation.live_key = operation.secrets = None
            operation.outcome, operation.finished_at = Outcome.SUCCEEDED, utcnow()

        self.database.write(work)

    def delete(self, instance_id: str) -> None:
        self.database.write(lambda s: instances.delete(s, instance_id, None, Asker()))
        self.poke()

    def restart(self, instance_id: str) -> None:
        self.database.write(lambda s: instances.restart(s, instance_id, None, Asker()))
        self.poke()

    def resize_volume(self, instance_id: str, size: int) -> None:
        self.database.write(
            lambda s: changes.resize_volume(s, instance_id, None, size, samples.UNLIMITED, Asker())
        )
        self.poke()

    def resize_flavor(self, instance_id: str, flavor_id: str) -> None:
        self.database.write(
            lambda s: changes.resize_flavor(
                s, instance_id, None, flavor_id, False, samples.UNLIMITED, Asker()
            )
        )
        self.poke()

    def update_access(
        self, instance_id: str, is_public: bool | None = None, cidrs: list[str] | None = None
    ) -> None:
        wish = changes.Update(is_public=is_public, allowed_cidrs=cidrs)
        self.database.write(
            lambda s: changes.update(s, instance_id, None, wish, networks.Rules(), Asker())
        )
        self.poke()

    def poke(self) -> None:
        for engine in self.engines:
            engine.poke()

    # What is there

    def instance(self, instance_id: str) -> Instance:
        return self.database.read(lambda s: s.get_one(Instance, instance_id))

    def node(self, instance_id: str) -> Node:
        query = select(Node).where(Node.instance_id == instance_id)
        return self.database.read(lambda s: s.scalars(query).one())

    def operations(self, instance_id: str) -> list[Operation]:
        """The live one last."""
        query = select(Operation).where(Operation.instance_id == instance_id)
        rows = self.database.read(lambda s: s.scalars(query).all())
        return sorted(rows, key=lambda row: (row.finished_at is None, row.finished_at))

    def operation(self, instance_id: str) -> Operation:
        return self.operations(instance_id)[-1]

    def events(self, instance_id: str) -> list[tuple[str, str]]:
        query = select(Event).where(Event.instance_id == instance_id).order_by(Event.id)
        rows = self.database.read(lambda s: s.scalars(query).all())
        return [(row.step, row.text) for row in rows]

    def quota(self) -> dict[str, tuple[int, int]]:
        """(in use, reserved) of each resource that was ever asked for."""
        shown = self.database.read(lambda s: quotas.show(s, samples.PROJECT, samples.UNLIMITED))
        return {each.resource: (each.in_use, each.reserved) for each in shown}

    def cloud_name(self, instance_id: str) -> str:
        return f"dbaas-{self.node(instance_id).id}"

    # Time

    def until(self, look: Callable[[], T | None], hurry: bool = True) -> T:
        """:param hurry: whether what sleeps until later is woken at once"""

        def look_again() -> T | None:
            found = look()
            if not found and hurry:
                self.hurry()
            return found

        return self.commits.until(look_again)

    def until_status(self, instance_id: str, status: str) -> None:
        self.until(lambda: self.instance(instance_id).status == status)

    def until_all_active(self, hurry: bool = True) -> None:
        others = select(Instance.id).where(Instance.status != "ACTIVE").limit(1)
        self.until(lambda: self.database.read(lambda s: s.scalar(others)) is None, hurry)

    def until_idle(self, instance_id: str) -> None:
        self.until(lambda: self.operation(instance_id).finished_at is not None)

    def hurry(self) -> None:
        """Wake what sleeps until later, and have the guests report that are waited for."""
        rebooted = (
            select(Node.id)
            .join(Operation, Operation.instance_id == Node.instance_id)
            .where(Operation.kind == "resize_flavor", Operation.step == "agent")
            .where(Operation.finished_at.is_(None))
        )
        for node_id in self.database.read(lambda s: s.scalars(rebooted).all()):
            self.guests.reboot(node_id)
        asleep = Operation.wake_at > db_now(), Operation.lease_token.is_(None)
        if self.database.read(lambda s: s.scalar(select(Operation.id).where(*asleep).limit(1))):
            self.execute(update(Operation).where(*asleep).values(wake_at=db_now()))
            self.poke()

    def end_leases(self) -> None:
        """As if all leases had run out long ago."""
        leased = update(Operation).where(Operation.lease_token.is_not(None))
        self.execute(leased.values(lease_until=db_now(-1)))
        self.poke()

    def change_operation(self, instance_id: str, **values: Any) -> None:
        live = update(Operation).where(
            Operation.instance_id == instance_id, Operation.finished_at.is_(None)
        )
        self.execute(live.values(**values))

    def execute(self, statement: Update) -> int:
        """The number of rows it changed."""

        def work(session: Session) -> int:
            result = session.execute(statement.execution_options(synchronize_session=False))
            assert isinstance(result, CursorResult)
            return result.rowcount

        return self.database.write(work)

    # The edges

    def _watch(self) -> None:
        if any(database.in_transaction for database in self.databases):
            self.calls_in_transactions.append(threading.current_thread().name)
        if self.life is not None:
            self.life.cross()

    def _boot(self, spec: ServerSpec) -> None:
        self.guests.boot(spec.guest["node_id"])

    def _report(self, node_id: str, report: dict[str, Any]) -> None:
        assert reports.is_report(report)
        if self.database.write(lambda s: reports.store(s, node_id, report)):
            self.poke()

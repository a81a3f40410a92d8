"""Instances: pages, look-ups, and the transactions that change what their owners want."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload, undefer

from dbaas.db import datastores, flavors, networks, operations, quotas
from dbaas.db.models import (
    DatastoreVersion,
    Flavor,
    Instance,
    Node,
    Operation,
    utcnow,
)
from dbaas.db.states import InstanceStatus, InstanceWish, NodeWish, check_transition


class NotFound(LookupError):
    """No such instance in the caller's reach."""


class Invalid(ValueError):
    """A wish that cannot be met; the text says which field and why."""


class WrongState(Exception):
    """The instance's state does not allow it now."""


@dataclass(frozen=True)
class Asker:
    """Who asks, for the operation's row."""

    request_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class Filter:
    """Which instances; None is no condition."""

    project_id: str | None = None
    name: str | None = None
    deleted: bool | None = False

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted = []
        if self.project_id is not None:
            wanted.append(Instance.project_id == self.project_id)
        if self.name is not None:
            wanted.append(Instance.name == self.name)
        if self.deleted is not None:
            gone = Instance.deleted_at.is_not(None) if self.deleted else _here()
            wanted.append(gone)
        return wanted


@dataclass(frozen=True)
class Order:
    """What a new instance shall be."""

    project_id: str
    name: str
    region: str
    flavor: str
    datastore: datastores.Wanted
    volume_size: int | None
    """GiB; None: the data is on the flavor's ephemeral disk."""
    volume_type: str | None = None
    network: str | None = None
    """Its id, or its name"""
    subnet: str | None = None
    ip_address: str | None = None
    availability_zone: str | None = None
    is_public: bool = False
    allowed_cidrs: list[str] = field(default_factory=list)


def _here() -> ColumnElement[bool]:
    return Instance.deleted_at.is_(None)


def page(
    session: Session, which: Filter, limit: int, marker: str | None
) -> tuple[Sequence[Instance], str | None]:
    """Instances by id, and the last one's id where there are more. Two statements."""
    query = (
        select(Instance)
        .where(*which.conditions())
        .options(
            joinedload(Instance.datastore_version).joinedload(DatastoreVersion.datastore),
            selectinload(Instance.nodes),
            undefer(Instance.is_changing),
        )
        .order_by(Instance.id)
        .limit(limit + 1)
    )
    if marker is not None:
        query = query.where(Instance.id > marker)
    rows = session.scalars(query).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def show(session: Session, instance_id: str, scope: str | None, deleted: bool = False) -> Instance:
    """With its nodes and version, in one statement. Raises NotFound.

    :param scope: the project it must belong to, None for any
    """
    query = (
        select(Instance)
        .outerjoin(Instance.nodes)
        .where(Instance.id == instance_id)
        .options(
            joinedload(Instance.datastore_version).joinedload(DatastoreVersion.datastore),
            contains_eager(Instance.nodes),
            undefer(Instance.is_changing),
        )
    )
    if not deleted:
        query = query.where(_here())
    return in_scope(session.scalars(query).unique().one_or_none(), instance_id, scope)


def in_scope(row: Instance | None, instance_id: str, scope: str | None) -> Instance:
    """The row, if the caller may know of it. Raises NotFound."""
    if row is None or (scope is not None and row.project_id != scope):
        raise NotFound(f"instance {instance_id} is not there")
    return row


def lock(session: Session, instance_id: str, scope: str | None) -> Instance:
    """The row, which no other transaction changes until this one ends. Raises NotFound."""
    query = select(Instance).where(Instance.id == instance_id, _here()).with_for_update()
    return in_scope(session.scalars(query).one_or_none(), instance_id, scope)


def create(
    session: Session,
    order: Order,
    defaults: Mapping[str, int],
    default_datastore: str | None,
    rules: networks.Rules,
    secrets: str,
    asker: Asker,
) -> Instance:
    """Add the rows of a new instance.

    Raises QuotaExceeded, NotSeen, or Invalid of this module, of datastores or of networks.
    """
    flavor = flavors.require(session, order.flavor)
    network_id = _network(session, order, rules)
    version = datastores.choose(session, order.datastore, default_datastore)
    instance = _new(order, flavor, version, network_id)
    session.add(instance)
    session.flush()
    quotas.reserve(session, instance, defaults)
    accept(session, "create_instance", instance, "Creation was accepted.", asker, secrets)
    session.flush()
    return show(session, instance.id, None)


def _new(order: Order, flavor: Flavor, version: DatastoreVersion, network_id: str) -> Instance:
    return Instance(
        project_id=order.project_id,
        name=order.name,
        region=order.region,
        datastore_version=version,
        flavor=flavor,
        flavor_ram=flavor.ram,
        volume_size=order.volume_size or _ephemeral(flavor),
        volume_type=order.volume_type,
        network_id=network_id,
        subnet_id=order.subnet,
        ip_address=order.ip_address,
        availability_zone=order.availability_zone,
        is_public=order.is_public,
        allowed_cidrs=order.allowed_cidrs,
        nodes=[Node()],
    )


def _ephemeral(flavor: Flavor) -> int:
    if flavor.ephemeral < 1:
        raise Invalid(f"flavorRef: the flavor {flavor.name} has no ephemeral disk for the data")
    return flavor.ephemeral


def _network(session: Session, order: Order, rules: networks.Rules) -> str:
    wanted = networks.Wanted(
        order.project_id,
        order.network,
        order.is_public,
        is_narrow=networks.is_narrow(order.allowed_cidrs),
    )
    return networks.choose(session, wanted, rules).id


def accept(
    session: Session,
    kind: str,
    instance: Instance,
    sentence: str,
    asker: Asker,
    secrets: str | None = None,
    memo: Mapping[str, Any] | None = None,
) -> Operation:
    """Add an operation with its first event. Raises operations.Busy when one is running."""
    operation = operations.accept(
        session,
        kind,
        instance,
        memo=memo,
        secrets=secrets,
        request_id=asker.request_id,
        user_id=asker.user_id,
    )
    operations.tell(session, instance.id, operation.step, sentence, operation.id)
    return operation


def restart(session: Session, instance_id: str, scope: str | None, asker: Asker) -> None:
    """Raises NotFound, WrongState, operations.Busy."""
    instance = lock(session, instance_id, scope)
    require_rest(session, instance, InstanceStatus.ACTIVE, InstanceStatus.ERROR)
    if instance.built_at is None:
        raise WrongState(f"instance {instance_id} was never built; it can only be deleted")
    memo = {"repairs": instance.status == InstanceStatus.ERROR}
    set_status(instance, InstanceStatus.REBOOT)
    accept(session, "restart_instance", instance, "A restart was accepted.", asker, memo=memo)


def require_rest(session: Session, instance: Instance, *allowed: InstanceStatus) -> None:
    """Raises operations.Busy or WrongState unless it is idle and in one of these states."""
    if running := operations.live(session, instance.id):
        raise operations.Busy(running)
    if instance.status not in allowed:
        wanted = " or ".join(allowed)
        raise WrongState(f"instance {instance.id} is {instance.status}, not {wanted}")


def reset_status(session: Session, instance_id: str, scope: str | None) -> None:
    """Make it ERROR where nothing is going on; otherwise a delete will do. Raises NotFound."""
    instance = lock(session, instance_id, scope)
    resting = instance.built_at is not None or instance.status == InstanceStatus.ERROR
    gone = instance.wished == InstanceWish.DELETED
    if gone or not resting or operations.live(session, instance_id):
        return
    set_status(instance, InstanceStatus.ERROR)
    if instance.fault_message is None:
        instance.fault_message = "Its status was reset by an administrator."
        instance.fault_at = utcnow()
    operations.tell(session, instance_id, "reset_status", "Its status was reset to ERROR.")


def delete(session: Session, instance_id: str, scope: str | None, asker: Asker) -> None:
    """Want it gone, in whatever state it is; a second time changes nothing. Raises NotFound."""
    instance = lock(session, instance_id, scope)
    if instance.wished == InstanceWish.DELETED:
        return
    set_status(instance, InstanceStatus.SHUTDOWN)
    instance.wished = InstanceWish.DELETED
    for node in instance.nodes:
        node.wished = NodeWish.ABSENT
    # The nudge waits for a worker that is just ending the operation; only then is it sure
    # whether there is one that will see the wish.
    operations.nudge(session, instance_id)
    if running := operations.live(session, instance_id):
        sentence = f"Deletion was accepted; it takes the place of {running.kind}."
        operations.tell(session, instance_id, operations.FIRST_STEP, sentence, running.id)
    else:
        accept(session, "delete_instance", instance, "Deletion was accepted.", asker)


def set_status(instance: Instance, status: InstanceStatus) -> None:
    check_transition(instance.status, status)
    instance.status = status


def serving_node(session: Session, instance_id: str, scope: str | None) -> str:
    """The id of the node that answers now. Raises NotFound, WrongState, operations.Busy."""
    instance = show(session, instance_id, scope)
    if instance.status != InstanceStatus.ACTIVE:
        require_rest(session, instance, InstanceStatus.ACTIVE)
    node = next((row for row in instance.nodes if row.wished == NodeWish.PRESENT), None)
    if node is None:
        raise WrongState(f"instance {instance_id} has no server")
    return node.id

"""Quota claims, decided by the database in one conditional UPDATE each.

Resources: `instances` (number), `ram` (MiB), `volumes` (GiB, as in Trove) and `backups`.
Claims are `reserved` until the instance has been built or changed, then `in_use` until it is
gone or needs less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from oslo_config import cfg
from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session

from dbaas.db.models import Instance, QuotaLimit, QuotaUsage

RESOURCES = ("instances", "ram", "volumes", "backups")
UNLIMITED = -1


class QuotaExceeded(Exception):
    """A claim that does not fit; `resource`, `asked` and `free` say by how much."""

    def __init__(self, resource: str, asked: int, free: int) -> None:
        super().__init__(f"quota of {resource} exceeded: {asked} asked, {free} free")
        self.resource, self.asked, self.free = resource, asked, free


@dataclass(frozen=True)
class Quota:
    resource: str
    in_use: int
    reserved: int
    limit: int


def default_limits(conf: cfg.ConfigOpts) -> dict[str, int]:
    return {
        "instances": conf.max_instances_per_tenant,
        "ram": conf.max_ram_per_tenant,
        "volumes": conf.max_volumes_per_tenant,
        "backups": conf.max_backups_per_tenant,
    }


def show(session: Session, project_id: str, defaults: Mapping[str, int]) -> list[Quota]:
    limits = {**defaults, **_own_limits(session, project_id)}
    query = select(QuotaUsage).where(QuotaUsage.project_id == project_id)
    usage = {row.resource: row for row in session.scalars(query)}
    return [
        Quota(name, usage[name].in_use, usage[name].reserved, limits[name])
        if name in usage
        else Quota(name, 0, 0, limits[name])
        for name in RESOURCES
    ]


def set_limits(session: Session, project_id: str, limits: Mapping[str, int]) -> None:
    for resource, limit in limits.items():
        session.merge(QuotaLimit(project_id=project_id, resource=resource, hard_limit=limit))


def reserve(session: Session, instance: Instance, defaults: Mapping[str, int]) -> None:
    """Claim what `instance` needs. Raises QuotaExceeded; the caller's transaction then ends."""
    limits = {**defaults, **_own_limits(session, instance.project_id)}
    for resource, amount in _needs(instance).items():
        _claim(session, instance.project_id, resource, amount, limits[resource])


def commit(session: Session, instance: Instance) -> None:
    """Turn the reservation of an instance that was just built into use."""
    for resource, amount in _needs(instance).items():
        _add(session, instance.project_id, resource, in_use=amount, reserved=-amount)


def reserve_change(
    session: Session, project_id: str, resource: str, more: int, defaults: Mapping[str, int]
) -> None:
    """Claim what a change will need in addition, if it does. Raises QuotaExceeded."""
    if more > 0:
        limits = {**defaults, **_own_limits(session, project_id)}
        _claim(session, project_id, resource, more, limits[resource])


def commit_change(session: Session, project_id: str, resource: str, more: int) -> None:
    """Turn the claim of a change that was made into use; `more` is negative if it needs less."""
    _add(session, project_id, resource, in_use=more, reserved=-max(more, 0))


def forget_change(session: Session, project_id: str, resource: str, more: int) -> None:
    """Give back what was claimed for a change that is not made."""
    _add(session, project_id, resource, reserved=-max(more, 0))


def release(session: Session, instance: Instance) -> None:
    """Give back what `instance` held; only once its resources are really gone."""
    for resource, amount in _needs(instance).items():
        if instance.built_at is None:
            _add(session, instance.project_id, resource, reserved=-amount)
        else:
            _add(session, instance.project_id, resource, in_use=-amount)


def _needs(instance: Instance) -> dict[str, int]:
    return {"instances": 1, "ram": instance.flavor_ram, "volumes": instance.volume_size}


def _own_limits(session: Session, project_id: str) -> dict[str, int]:
    query = select(QuotaLimit).where(QuotaLimit.project_id == project_id)
    return {row.resource: row.hard_limit for row in session.scalars(query)}


def _claim(session: Session, project_id: str, resource: str, amount: int, limit: int) -> None:
    # Only where it is missing: MariaDB's INSERT IGNORE of a row that is there takes a shared lock
    # on it, and two claims that have one and want it exclusively are a deadlock.
    if _taken(session, project_id, resource) is None:
        _ensure_row(session, project_id, resource)
    claim = (
        update(QuotaUsage)
        .where(QuotaUsage.project_id == project_id, QuotaUsage.resource == resource)
        .values(reserved=QuotaUsage.reserved + amount)
        .execution_options(synchronize_session=False)
    )
    if limit != UNLIMITED:
        claim = claim.where(QuotaUsage.in_use + QuotaUsage.reserved + amount <= limit)
    result = session.execute(claim)
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        used = _taken(session, project_id, resource) or 0
        raise QuotaExceeded(resource, amount, max(0, limit - used))


def _taken(session: Session, project_id: str, resource: str) -> int | None:
    return session.scalar(
        select(QuotaUsage.in_use + QuotaUsage.reserved).where(
            QuotaUsage.project_id == project_id, QuotaUsage.resource == resource
        )
    )


def _add(
    session: Session, project_id: str, resource: str, in_use: int = 0, reserved: int = 0
) -> None:
    session.execute(
        update(QuotaUsage)
        .where(QuotaUsage.project_id == project_id, QuotaUsage.resource == resource)
        .values(in_use=QuotaUsage.in_use + in_use, reserved=QuotaUsage.reserved + reserved)
        .execution_options(synchronize_session=False)
    )


def _ensure_row(session: Session, project_id: str, resource: str) -> None:
    row = {"project_id": project_id, "resource": resource, "in_use": 0, "reserved": 0}
    match session.get_bind().dialect.name:
        case "postgresql":
            session.execute(postgresql.insert(QuotaUsage).values(row).on_conflict_do_nothing())
        case "sqlite":
            session.execute(sqlite.insert(QuotaUsage).values(row).on_conflict_do_nothing())
        case _:
            session.execute(mysql.insert(QuotaUsage).values(row).prefix_with("IGNORE"))

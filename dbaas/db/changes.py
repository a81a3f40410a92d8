"""Accepting changes of what an instance is; the task manager makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from dbaas.db import flavors, networks, operations, quotas
from dbaas.db.instances import Asker, Invalid, WrongState, accept, lock, require_rest, set_status
from dbaas.db.models import Flavor, Instance, Network
from dbaas.db.states import InstanceStatus, InstanceWish


@dataclass(frozen=True)
class Update:
    """What shall be different; None stays as it is."""

    name: str | None = None
    is_public: bool | None = None
    allowed_cidrs: list[str] | None = None


def resize_volume(
    session: Session,
    instance_id: str,
    scope: str | None,
    size: int,
    defaults: Mapping[str, int],
    asker: Asker,
) -> None:
    """Raises NotFound, Invalid, WrongState, QuotaExceeded, operations.Busy."""
    instance = lock(session, instance_id, scope)
    require_rest(session, instance, InstanceStatus.ACTIVE)
    if size <= instance.volume_size:
        raise Invalid(f"resize.volume.size: must be larger than it is, {instance.volume_size} GiB")
    more = size - instance.volume_size
    quotas.reserve_change(session, instance.project_id, "volumes", more, defaults)
    set_status(instance, InstanceStatus.RESIZE)
    sentence = f"A volume of {size} GiB was accepted."
    accept(session, "resize_volume", instance, sentence, asker, memo={"volume_size": size})


def resize_flavor(
    session: Session,
    instance_id: str,
    scope: str | None,
    flavor_id: str,
    keeps_disk: bool,
    defaults: Mapping[str, int],
    asker: Asker,
) -> None:
    """Raises NotFound, NotSeen, Invalid, WrongState, QuotaExceeded, operations.Busy.

    :param keeps_disk: whether data lies on the flavor's ephemeral disk, which must not change
    """
    instance = lock(session, instance_id, scope)
    require_rest(session, instance, InstanceStatus.ACTIVE)
    flavor = flavors.require(session, flavor_id)
    if flavor.id == instance.flavor_id:
        raise Invalid(f"resize.flavorRef: the instance has the flavor {flavor.id} already")
    if keeps_disk and flavor.ephemeral != instance.flavor.ephemeral:
        raise Invalid(
            "resize.flavorRef: must have the same ephemeral disk, "
            f"{instance.flavor.ephemeral} GiB: the data lies there"
        )
    more = flavor.ram - instance.flavor_ram
    quotas.reserve_change(session, instance.project_id, "ram", more, defaults)
    set_status(instance, InstanceStatus.RESIZE)
    sentence = f"The flavor {flavor.name} was accepted."
    accept(session, "resize_flavor", instance, sentence, asker, memo={"flavor": _copy(flavor)})


def _copy(flavor: Flavor) -> dict[str, Any]:
    keys = ("id", "name", "ram", "vcpus", "disk", "ephemeral")
    return {key: getattr(flavor, key) for key in keys}


def update(
    session: Session,
    instance_id: str,
    scope: str | None,
    wish: Update,
    rules: networks.Rules,
    asker: Asker,
) -> None:
    """All of it or nothing.

    Raises NotFound, WrongState, operations.Busy, NotSeen, networks.Invalid.
    """
    instance = lock(session, instance_id, scope)
    if instance.wished == InstanceWish.DELETED:
        raise WrongState(f"instance {instance_id} is being deleted")
    if wish.name is not None and wish.name != instance.name:
        instance.name = wish.name
        operations.tell(session, instance_id, "rename", f"It was renamed to {wish.name}.")
    if wish.is_public is not None or wish.allowed_cidrs is not None:
        _update_access(session, instance, wish, rules, asker)


def _update_access(
    session: Session, instance: Instance, wish: Update, rules: networks.Rules, asker: Asker
) -> None:
    """Accept what differs from now. The status stays ACTIVE meanwhile, as in Trove."""
    require_rest(session, instance, InstanceStatus.ACTIVE)
    is_public = instance.is_public if wish.is_public is None else wish.is_public
    cidrs = instance.allowed_cidrs if wish.allowed_cidrs is None else wish.allowed_cidrs
    if (is_public, cidrs) == (instance.is_public, instance.allowed_cidrs):
        return
    network = session.get(Network, instance.network_id)
    if network is not None:
        networks.check_access(network, is_public, networks.is_narrow(cidrs), rules)
    memo = {"is_public": is_public, "allowed_cidrs": cidrs}
    accept(
        session, "update_access", instance, "A change of access was accepted.", asker, memo=memo
    )

"""Instances."""

import ipaddress
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from oslo_config import cfg

from dbaas.api import databases, faults, pages, users
from dbaas.api.call import Call
from dbaas.api.schemas.common import as_list
from dbaas.api.schemas.instances import NOT_BUILT, NOT_BUILT_UPDATE
from dbaas.api.views import instances as view
from dbaas.db import changes, networks, quotas
from dbaas.db import instances as db
from dbaas.db.datastores import Wanted

Body = dict[str, Any]


def index(call: Call) -> Body:
    return _list(call, view.brief)


def detail(call: Call) -> Body:
    return _list(call, view.detail)


def _list(call: Call, render: Any) -> Body:
    page = pages.asked(call, call.services.conf.instances_page_size)
    which = db.Filter(project_id=call.project, name=call.query.get("name"))
    rows, last = call.services.database.read(
        lambda session: db.page(session, which, page.limit, page.marker)
    )
    newest = sorted(rows, key=lambda row: row.created_at, reverse=True)
    admin = call.is_admin
    return pages.body(call, "instances", [render(call, row, admin) for row in newest], page, last)


def show(call: Call) -> Body:
    row = call.services.database.read(
        lambda session: db.show(session, call.path["instance_id"], call.scope)
    )
    return {"instance": view.detail(call, row, call.is_admin)}


def create(call: Call) -> Body:
    wish = call.body["instance"]
    for key, what in NOT_BUILT.items():
        if wish.get(key):
            raise faults.NotBuilt(f"instance.{key} ({what})")
    content = _content(call, wish)
    order = _order(call, wish)
    services = call.services
    row = services.write_or_look_again(
        partial(
            db.create,
            order=order,
            defaults=quotas.default_limits(services.conf),
            default_datastore=services.conf.default_datastore,
            rules=_network_rules(services.conf),
            secrets=services.vault.seal(content),
            asker=_asker(call),
        )
    )
    call.context.resource_uuid = row.id  # for the log
    services.hint()
    return {"instance": view.detail(call, row, call.is_admin)}


def _content(call: Call, wish: Mapping[str, Any]) -> Body:
    """The databases and users to make in it; with their passwords, so only ever sealed."""
    wanted = {"databases": as_list(wish.get("databases") or [])}
    wanted["users"] = users.complete(as_list(wish.get("users") or []), "instance.users")
    if wanted["databases"]:
        call.authorize("instance:extension:database:create")
        databases.check(wanted["databases"], "instance.databases")
    if wanted["users"]:
        call.authorize("instance:extension:user:create")
        users.check(wanted["users"], "instance.users")
    names = {database["name"] for database in wanted["databases"]}
    for user in wanted["users"]:
        for grant in user["databases"]:
            if grant["name"] not in names:
                raise faults.BadRequest(
                    f"instance.users: {user['name']} is to use {grant['name']}, "
                    "which is not in instance.databases"
                )
    return wanted


def _order(call: Call, wish: Mapping[str, Any]) -> db.Order:
    access = wish.get("access") or {}
    datastore = wish.get("datastore") or {}
    volume = wish.get("volume")
    _check_region(call, wish)
    return db.Order(
        project_id=call.project,
        name=wish["name"],
        region=call.services.conf.region,
        flavor=_flavor(wish),
        datastore=Wanted(
            datastore.get("type") or None,
            datastore.get("version") or None,
            datastore.get("version_number") or None,
        ),
        volume_size=_volume_size(volume, call.services.conf),
        volume_type=volume.get("type") if isinstance(volume, dict) else None,
        **_nic(wish.get("nics") or []),
        availability_zone=wish.get("availability_zone") or None,
        is_public=access.get("is_public", False),
        allowed_cidrs=_cidrs(access.get("allowed_cidrs") or []),
    )


def _check_region(call: Call, wish: Mapping[str, Any]) -> None:
    region = call.services.conf.region
    for key in ("region_name", "region"):
        if wish.get(key) and wish[key] != region:
            raise faults.BadRequest(f"instance.{key}: this service is in {region}")


def _flavor(wish: Mapping[str, Any]) -> str:
    """Its id, from an id or an href, as `flavorRef` or (openstacksdk) as `flavor`."""
    flavor = wish.get("flavorRef", wish.get("flavor"))
    if isinstance(flavor, dict):
        flavor = flavor["id"]
    if flavor is None:
        raise faults.BadRequest("instance.flavorRef: the key 'flavorRef' is missing")
    return str(flavor).rstrip("/").rpartition("/")[2]


def _volume_size(volume: Any, conf: cfg.ConfigOpts) -> int | None:
    if conf.volume_support:
        return _size(volume, conf.max_accepted_volume_size)
    if volume is not None:
        raise faults.BadRequest("instance.volume: data lies on the flavor's ephemeral disk here")
    return None


def _size(volume: Any, most: int) -> int:
    if volume is None:
        raise faults.BadRequest("instance.volume: the key 'volume' is missing")
    size = int(volume["size"] if isinstance(volume, dict) else volume)
    if not 1 <= size <= most:
        raise faults.BadRequest(f"instance.volume.size: must be from 1 to {most} GiB")
    return size


def _nic(nics: list[dict[str, str]]) -> dict[str, str | None]:
    if not nics:
        return {}
    nic = nics[0]
    return {
        "network": nic.get("network_id") or nic.get("net-id"),
        "subnet": nic.get("subnet_id"),
        "ip_address": nic.get("ip_address"),
    }


def _network_rules(conf: cfg.ConfigOpts) -> networks.Rules:
    return networks.Rules(
        conf.management_networks, conf.reserved_network_cidrs, conf.network.enable_access_check
    )


def _cidrs(texts: list[str]) -> list[str]:
    try:
        return [str(ipaddress.IPv4Network(text, strict=False)) for text in texts]
    except ValueError:
        raise faults.BadRequest(
            "instance.access.allowed_cidrs: must be IPv4 CIDRs such as 192.0.2.0/24"
        ) from None


def update(call: Call) -> None:
    wish = call.body["instance"]
    for key, what in NOT_BUILT_UPDATE.items():
        if key in wish:
            raise faults.NotBuilt(f"instance.{key} ({what})")
    access = wish.get("access") or {}
    changed = changes.Update(
        name=wish.get("name"),
        is_public=access.get("is_public"),
        allowed_cidrs=_cidrs(access["allowed_cidrs"] or []) if "allowed_cidrs" in access else None,
    )
    rules = _network_rules(call.services.conf)
    _change(call, changes.update, wish=changed, rules=rules)


def delete(call: Call) -> None:
    call.services.database.write(
        lambda session: db.delete(session, call.path["instance_id"], call.scope, _asker(call))
    )
    call.services.hint()


def resize_volume(call: Call) -> None:
    conf = call.services.conf
    if not conf.volume_support:
        raise faults.BadRequest("resize.volume: instances have no volumes here")
    size = _size(call.body["resize"]["volume"], conf.max_accepted_volume_size)
    _change(call, changes.resize_volume, size=size, defaults=quotas.default_limits(conf))


def resize_flavor(call: Call) -> None:
    conf = call.services.conf
    _change(
        call,
        changes.resize_flavor,
        flavor_id=_flavor(call.body["resize"]),
        keeps_disk=not conf.volume_support,
        defaults=quotas.default_limits(conf),
    )


def _change(call: Call, accept: Callable[..., None], **wish: Any) -> None:
    """Accept a change of the instance, and have the task manager make it."""
    instance_id = call.path["instance_id"]
    call.services.write_or_look_again(
        lambda session: accept(session, instance_id, call.scope, asker=_asker(call), **wish)
    )
    call.services.hint()


def restart(call: Call) -> None:
    call.services.database.write(
        lambda session: db.restart(session, call.path["instance_id"], call.scope, _asker(call))
    )
    call.services.hint()


def reset_status(call: Call) -> None:
    call.services.database.write(
        lambda session: db.reset_status(session, call.path["instance_id"], call.scope)
    )


def _asker(call: Call) -> db.Asker:
    return db.Asker(call.context.request_id, call.context.user_id)


def managed_index(call: Call) -> Body:
    """All projects' instances, for administrators."""
    page = pages.asked(call, call.services.conf.instances_page_size)
    which = db.Filter(
        project_id=call.query.get("project_id") or None,
        name=call.query.get("name"),
        deleted=call.query.get("deleted", "false").lower() == "true",
    )
    rows, last = call.services.database.read(
        lambda session: db.page(session, which, page.limit, page.marker)
    )
    return pages.body(call, "instances", [view.managed(call, row) for row in rows], page, last)


def managed_show(call: Call) -> Body:
    row = call.services.database.read(
        lambda session: db.show(session, call.path["instance_id"], None, deleted=True)
    )
    return {"instance": view.managed(call, row)}

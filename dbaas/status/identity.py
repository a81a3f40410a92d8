"""The service's account in Keystone, its catalog and the clocks."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from keystoneauth1.exceptions import ClientException
from oslo_upgradecheck.upgradecheck import Result

from dbaas.conf.openstack import CREDENTIALS
from dbaas.status import Subject, failure, ok, warning

_SKEW = 5
"""Seconds."""


def login(subject: Subject) -> Result:
    session = subject.clients.session
    try:
        access = session.auth.get_access(session)
    except ClientException as error:
        return failure(f"[{CREDENTIALS}]: {error}")
    if "admin" not in access.role_names:
        return failure(
            f"{access.username} lacks the role admin in {access.project_name}, which floating IPs "
            "in tenants' projects need: dbaas-manage bootstrap gives it"
        )
    return ok(f"{access.username} in the project {access.project_name}")


def catalog(subject: Subject) -> Result:
    services = ["database", "compute", "image", "network"]
    if subject.conf.volume_support:
        services.append("block-storage")
    region = subject.conf[CREDENTIALS].region_name
    session = subject.clients.session
    missing = [
        service
        for service in services
        if not session.get_endpoint(service_type=service, region_name=region, interface="public")
    ]
    where = f"the catalog of {region or 'all regions'}"
    if "block-storage" in missing:
        return failure(
            f"{where} lacks {', '.join(missing)}; without Cinder set volume_support = false"
        )
    if missing:
        return failure(
            f"{where} lacks {', '.join(missing)}; dbaas-manage bootstrap makes database's entry"
        )
    return ok(", ".join(services))


def clock(subject: Subject) -> Result:
    """Of Keystone, by when a new token was issued, and of Nova where it tells the time."""
    session = subject.clients.session
    session.invalidate()
    access = session.auth.get_access(session)
    skews = {"Keystone": abs((datetime.now(UTC) - access.issued).total_seconds())}
    answer = session.get("/", endpoint_filter={"service_type": "compute"}, raise_exc=False)
    if date := answer.headers.get("Date"):
        skews["Nova"] = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    told = ", ".join(f"{name}: {skew:.0f} s" for name, skew in skews.items())
    if max(skews.values()) > _SKEW:
        return warning(f"this machine's clock differs from others' ({told}): use NTP on both")
    return ok(told)

"""The service's account in Keystone, and its place in the catalog."""

from typing import Any

import keystoneauth1.exceptions
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from openstack.connection import Connection

from dbaas.bootstrap import BootstrapError
from dbaas.bootstrap.report import Report

NAME = "dbaas"
TYPE = "database"
DOMAIN = "Default"
ROLES = ("admin", "service")
"""admin: floating IPs are made in tenants' projects, and all flavors and networks are read;
service: other services accept the tokens it adds to a tenant's."""
INTERFACES = ("public", "internal", "admin")


def ensure_project(report: Report, cloud: Connection, name: str) -> str | None:
    """The id of the project that owns servers, volumes and the management network."""
    domain = cloud.identity.find_domain(DOMAIN, ignore_missing=False)
    project = cloud.identity.find_project(name, domain_id=domain.id)
    project = report.ensure(
        "project",
        name,
        project,
        lambda: cloud.identity.create_project(name=name, domain_id=domain.id),
    )
    return project and str(project.id)


def ensure_user(
    report: Report, cloud: Connection, project_id: str | None, password: str
) -> str | None:
    """The id of the user, who has the password and the roles."""
    identity = cloud.identity
    domain = identity.find_domain(DOMAIN, ignore_missing=False)
    user = identity.find_user(NAME, domain_id=domain.id)
    if user and not _accepts(cloud, user.id, password):
        report.change(
            "user", NAME, lambda: identity.update_user(user, password=password), "new password"
        )
    else:
        user = report.ensure(
            "user",
            NAME,
            user,
            lambda: identity.create_user(name=NAME, domain_id=domain.id, password=password),
        )
    for role in ROLES:
        _ensure_role(report, cloud, role, project_id, user)
    return user and str(user.id)


def _accepts(cloud: Connection, user_id: str, password: str) -> bool:
    try:
        v3.Password(
            auth_url=cloud.config.auth["auth_url"],
            user_id=user_id,
            password=password,
            unscoped=True,
        ).get_access(_unauthenticated(cloud))
    except keystoneauth1.exceptions.Unauthorized:
        return False
    return True


def _unauthenticated(cloud: Connection) -> Session:
    return Session(verify=cloud.session.verify, cert=cloud.session.cert)


def connect_as_service(
    cloud: Connection, project_id: str, user_id: str, password: str
) -> Connection:
    """The same cloud as the service sees it."""
    session = _unauthenticated(cloud)
    session.auth = v3.Password(
        auth_url=cloud.config.auth["auth_url"],
        user_id=user_id,
        password=password,
        project_id=project_id,
    )
    return Connection(session=session, region_name=region(cloud), interface=cloud.config.interface)


def _ensure_role(
    report: Report, cloud: Connection, name: str, project_id: str | None, user: Any
) -> None:
    identity = cloud.identity
    role = identity.find_role(name)
    if role is None and name == "admin":
        raise BootstrapError("Keystone has no role admin; keystone-manage bootstrap makes it")
    if role is None:
        role = report.ensure("role", name, None, lambda: identity.create_role(name=name))
    has = bool(
        project_id
        and user
        and role
        and identity.validate_user_has_project_role(project_id, user.id, role.id)
    )
    report.ensure(
        "role of the user",
        name,
        has,
        lambda: identity.assign_project_role_to_user(project_id, user.id, role.id) or True,
    )


def region(cloud: Connection) -> str:
    """The region of the credentials, or the only one."""
    if cloud.config.region_name:
        return str(cloud.config.region_name)
    regions = [each.id for each in cloud.identity.regions()]
    if len(regions) != 1:
        raise BootstrapError(
            f"the cloud has several regions ({', '.join(regions)}): set OS_REGION_NAME"
        )
    return str(regions[0])


def ensure_catalog(report: Report, cloud: Connection, url: str | None, default_url: str) -> None:
    """The service and its endpoints.

    :param url: where the API is, without a path; endpoints that are there are changed to it
    :param default_url: the same where nobody named it and there is no endpoint yet
    """
    service = _ensure_service(report, cloud)
    have = {}
    if service:
        have = {
            each.interface: each
            for each in cloud.identity.endpoints(service_id=service.id, region_id=region(cloud))
        }
    for interface in INTERFACES:
        _ensure_endpoint(report, cloud, service, interface, have.get(interface), url, default_url)


def _ensure_service(report: Report, cloud: Connection) -> Any:
    services = list(cloud.identity.services(type=TYPE))
    other = next((each for each in services if each.name != NAME), None)
    if other:
        raise BootstrapError(
            f"the catalog has a service of type {TYPE} already: {other.name}. To take its place "
            f"and its endpoints: openstack service set --name {NAME} {other.id}; to remove it: "
            f"openstack service delete {other.id}"
        )
    return report.ensure(
        "service",
        f"{NAME} ({TYPE})",
        services[0] if services else None,
        lambda: cloud.identity.create_service(
            name=NAME, type=TYPE, description="Databases as a service"
        ),
    )


def _ensure_endpoint(
    report: Report,
    cloud: Connection,
    service: Any,
    interface: str,
    found: Any,
    url: str | None,
    default_url: str,
) -> None:
    wanted = (url or default_url).rstrip("/") + "/v1.0/%(tenant_id)s"
    if found and url and found.url != wanted:
        report.change(
            f"{interface} endpoint",
            wanted,
            lambda: cloud.identity.update_endpoint(found, url=wanted),
        )
        return
    report.ensure(
        f"{interface} endpoint",
        found.url if found else wanted,
        found,
        lambda: cloud.identity.create_endpoint(
            service_id=service.id, interface=interface, url=wanted, region_id=region(cloud)
        ),
    )

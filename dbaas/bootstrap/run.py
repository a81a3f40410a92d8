"""The whole set-up, in the order in which one thing needs another."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from openstack.connection import Connection
from oslo_config import cfg

from dbaas.bootstrap import (
    BootstrapError,
    broker,
    database,
    datastore,
    identity,
    image,
    keypair,
    network,
)
from dbaas.bootstrap.report import Report
from dbaas.bootstrap.settings import Settings
from dbaas.secrets import create_key_file

KEY_FILE = "master.key"


@dataclass(frozen=True)
class Wish:
    """What the operator says; None leaves it to us or as it is."""

    project: str = "service"
    api_url: str | None = None
    memcached_servers: str | None = None
    broker_admin_url: str | None = None
    broker_addresses: Sequence[broker.Address] = ()
    database_admin_url: str | None = None
    management_network: str | None = None
    management_cidr: ipaddress.IPv4Network | None = None
    external_network: str | None = None
    image: Path | None = None
    image_repository: str | None = None
    image_is_public: bool = False
    version: datastore.Version | None = None
    datastore: str = "mysql"


def bootstrap(
    report: Report, cloud: Connection, conf: cfg.ConfigOpts, settings: Settings, wish: Wish
) -> None:
    """Raises BootstrapError, and what the clients of the cloud raise."""
    _ensure_master_key(report, settings)
    connection = database.ensure_database(report, conf, settings, wish.database_admin_url)
    broker.ensure_accounts(report, conf, settings, wish.broker_admin_url, wish.broker_addresses)
    broker.check_login(report, conf, settings)
    project_id, service = _ensure_identity(report, cloud, settings, wish)
    _ensure_management(report, cloud, conf, settings, wish, project_id)
    keypair.ensure_keypair(report, service, settings)
    settings.put("DEFAULT", nova_keypair=keypair.NAME)
    if wish.image:
        repository = wish.image_repository or wish.datastore
        image.ensure_image(
            report, service, wish.image, wish.datastore, repository, wish.image_is_public
        )
    if wish.version:
        datastore.ensure_version(report, connection, wish.version)
    settings.report(report)


def _ensure_master_key(report: Report, settings: Settings) -> None:
    path = Path(settings.get("security", "master_key_file") or settings.folder / KEY_FILE)

    def make() -> bool:
        create_key_file(path)
        settings.own(path)
        return True

    report.ensure(
        "master key", str(path), path.exists(), make, "" if path.exists() else "copy it!"
    )
    settings.put("security", master_key_file=str(path))


def _ensure_identity(
    report: Report, cloud: Connection, settings: Settings, wish: Wish
) -> tuple[str | None, Connection | None]:
    """The project's id, and the cloud as the service sees it; None in a dry run before that."""
    password = settings.password("service_credentials", "password")
    auth_url = cloud.config.auth["auth_url"]
    region = identity.region(cloud)
    project_id = identity.ensure_project(report, cloud, wish.project)
    user_id = identity.ensure_user(report, cloud, project_id, password)
    default_url = f"http://{urlsplit(auth_url).hostname}:8779"
    identity.ensure_catalog(report, cloud, wish.api_url, default_url)
    account = {
        "auth_type": "password",
        "auth_url": auth_url,
        "username": identity.NAME,
        "password": password,
        "project_name": wish.project,
        "user_domain_name": identity.DOMAIN,
        "project_domain_name": identity.DOMAIN,
        "region_name": region,
    }
    settings.put("DEFAULT", region=region)
    settings.put("service_credentials", **account)
    settings.put(
        "keystone_authtoken",
        www_authenticate_uri=auth_url,
        service_token_roles="service",
        service_token_roles_required="true",
        memcached_servers=wish.memcached_servers,
        **account,
    )
    service = None
    if project_id and user_id and not report.dry_run:
        service = identity.connect_as_service(cloud, project_id, user_id, password)
    return project_id, service


def _ensure_management(
    report: Report,
    cloud: Connection,
    conf: cfg.ConfigOpts,
    settings: Settings,
    wish: Wish,
    project_id: str | None,
) -> None:
    wanted = network.Wish(
        brokers=_resolved(broker.addresses_for_guests(conf, settings)),
        network=wish.management_network,
        cidr=wish.management_cidr,
        external_network=wish.external_network,
    )
    network_id = network.ensure_network(report, cloud, project_id, wanted)
    cidr = network.cidr_of(cloud, network_id)
    group_id = network.ensure_security_group(report, cloud, project_id, cidr, wanted)
    settings.put("DEFAULT", management_networks=network_id, management_security_groups=group_id)
    if wish.external_network:
        outside = network.external_network(cloud, wish.external_network)
        settings.put("network", public_network_id=outside.id)


def _resolved(hosts: Sequence[broker.Address]) -> list[tuple[str, int]]:
    """The hosts' IPv4 addresses. Raises BootstrapError."""
    found: list[tuple[str, int]] = []
    for host, port in hosts:
        try:
            answers = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)
        except OSError as error:
            raise BootstrapError(
                f"--broker-address: {host} has no IPv4 address: {error}"
            ) from error
        for address in dict.fromkeys(str(answer[4][0]) for answer in answers):
            if ipaddress.IPv4Address(address).is_loopback:
                raise BootstrapError(
                    f"guests can't reach the broker at {host}, which is this machine itself: "
                    "name the address that they reach by --broker-address"
                )
            found.append((address, port))
    return found

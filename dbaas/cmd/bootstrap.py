"""`dbaas-manage bootstrap`: from the command line to dbaas.bootstrap."""

import argparse
import ipaddress
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.bootstrap import BROKER_ADMIN_URL, DATABASE_ADMIN_URL, BootstrapError
from dbaas.bootstrap.report import Line, Report
from dbaas.bootstrap.settings import Settings

if TYPE_CHECKING:
    # The clients of a whole cloud are slow to import, and only this command needs them.
    from openstack.connection import Connection

    from dbaas.bootstrap.run import Wish

_FOLDER = Path("/etc/dbaas/dbaas.conf.d")
_EPILOG = f"""\
The administrator's account in the cloud is taken from OS_CLOUD and clouds.yaml, or from
OS_AUTH_URL, OS_USERNAME and so on. Where {DATABASE_ADMIN_URL} and
{BROKER_ADMIN_URL} are set (secrets don't belong on a command line), the
database and the broker's accounts are made, too; otherwise [database] connection and
transport_url must be in dbaas.conf. Run again, it completes what is missing and changes nothing
else.
"""


def add_command(nouns: Any) -> None:
    parser = nouns.add_parser(
        "bootstrap", help="set the service up in a cloud", epilog=_EPILOG, description=__doc__
    )
    parser.set_defaults(run=_run)
    option = parser.add_argument
    option("--dry-run", action="store_true", help="make nothing, say what would be made")
    option("-f", "--format", choices=("text", "json"), default="text")
    option("--os-cloud", metavar="NAME", help="the cloud's name in clouds.yaml")
    option(
        "--config-dir",
        type=Path,
        default=_FOLDER,
        metavar="DIR",
        help="folder for the configuration and the keys, which the services read with "
        "--config-dir (default: %(default)s, which they read anyway)",
    )
    option("--project", default="service", help="project of the service (default: %(default)s)")
    option(
        "--api-url", metavar="URL", help="where the API will be (default: Keystone's host, 8779)"
    )
    option("--memcached-servers", metavar="HOST:PORT,…", help="where tokens may be cached")
    option(
        "--broker-address",
        action="append",
        default=[],
        type=_address,
        metavar="HOST[:PORT]",
        help="where guests reach the broker; may be repeated (default: as the control plane does)",
    )
    option("--management-network", metavar="NAME", help="use this one, which leads to the broker")
    option(
        "--management-cidr",
        type=ipaddress.IPv4Network,
        metavar="CIDR",
        help="addresses of the management network (default: 172.31.250.0/24, or one of the next)",
    )
    option("--external-network", metavar="NAME", help="not needed where there is only one")
    option("--image", type=Path, metavar="FILE", help="a qcow2 of dbaas-image build")
    option(
        "--image-repository",
        metavar="NAME",
        help="of its database images (default: the datastore)",
    )
    option("--public-image", action="store_true", help="let every project see the image")
    option("--datastore", default="mysql", metavar="NAME", help="default: %(default)s")
    option("--datastore-version", metavar="NAME", help="a version to offer, for instance 8.4")
    option("--version-number", metavar="NUMBER", help="its number (default: its name)")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return host, int(port or 5672)


def _run(arguments: argparse.Namespace) -> None:
    import keystoneauth1.exceptions
    import openstack

    from dbaas.bootstrap.run import bootstrap

    as_json = arguments.format == "json"
    report = Report(arguments.dry_run, _keep if as_json else _print)
    folder = arguments.config_dir.absolute()
    try:
        conf = _load(arguments, folder)
        others = [Path(file) for file in [*conf.config_file, *sorted(folder.glob("*.conf"))]]
        settings = Settings(folder, others, report.dry_run)
        bootstrap(report, _connect(arguments.os_cloud), conf, settings, _wish(arguments))
    except cfg.Error as error:
        raise BootstrapError(f"the configuration: {error}") from error
    except keystoneauth1.exceptions.ClientException as error:
        raise BootstrapError(f"Keystone: {error}") from error
    except openstack.exceptions.SDKException as error:
        raise BootstrapError(f"the cloud: {error}") from error
    finally:
        if as_json:
            print(json.dumps([line.as_dict() for line in report.lines], indent=1))


def _print(line: Line) -> None:
    print(line.as_text(), flush=True)


def _keep(line: Line) -> None:
    """The report has it."""


def _load(arguments: argparse.Namespace, folder: Path) -> cfg.ConfigOpts:
    if not arguments.dry_run:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    there = ["--config-dir", str(folder)] if folder.is_dir() else []
    return dbaas_conf.load(args=there, files=arguments.config_file)


def _connect(name: str | None) -> "Connection":
    import keystoneauth1.exceptions
    import openstack

    try:
        cloud = openstack.connect(cloud=name, app_name="dbaas-manage")
        cloud.session.get_token()
    except keystoneauth1.exceptions.MissingRequiredOptions as error:
        raise BootstrapError(
            "no account of an administrator of the cloud: set OS_CLOUD, or OS_AUTH_URL, "
            f"OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME ({error})"
        ) from error
    return cloud


def _wish(arguments: argparse.Namespace) -> "Wish":
    from dbaas.bootstrap.datastore import Version
    from dbaas.bootstrap.run import Wish

    version = arguments.datastore_version
    return Wish(
        project=arguments.project,
        api_url=arguments.api_url,
        memcached_servers=arguments.memcached_servers,
        broker_admin_url=os.environ.get(BROKER_ADMIN_URL),
        broker_addresses=arguments.broker_address,
        database_admin_url=os.environ.get(DATABASE_ADMIN_URL),
        management_network=arguments.management_network,
        management_cidr=arguments.management_cidr,
        external_network=arguments.external_network,
        image=arguments.image,
        image_repository=arguments.image_repository,
        image_is_public=arguments.public_image,
        version=version
        and Version(arguments.datastore, version, arguments.version_number or version),
        datastore=arguments.datastore,
    )

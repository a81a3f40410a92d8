"""The service's account in Keystone, and the clients that use its one session.

Nothing is repeated below us: a request whose answer was lost may have been done, and only the
`ensure_*` methods know how to look. Tokens that end are replaced by keystoneauth.
"""

import logging
from functools import cached_property
from typing import Any

import glanceclient
import novaclient.client
from keystoneauth1 import loading
from openstack.connection import Connection
from oslo_config import cfg

from dbaas.conf.openstack import CREDENTIALS, SERVICES
from dbaas.drivers.openstack.errors import cloud_errors

_NOVA = "2.84"
"""Of Ussuri: tags at boot (2.52), the flavor within a server (2.47), why an action failed."""
_SDK_SERVICES = ["network", "block-storage"]


class Clients:
    """Made without a call: Keystone may be away when a task manager starts."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self.session = loading.load_session_from_conf_options(
            conf,
            CREDENTIALS,
            auth=loading.load_auth_from_conf_options(conf, CREDENTIALS),
        )
        logging.getLogger("novaclient").setLevel(logging.INFO)  # below it user data are logged
        _use_plain_interfaces(conf)
        region = conf[CREDENTIALS].region_name
        self.nova: Any = novaclient.client.Client(_NOVA, **self._reach("nova", "endpoint_type"))
        self.glance: Any = glanceclient.Client("2", **self._reach("glance", "interface"))
        self._sdk = Connection(
            session=self.session,
            oslo_conf=conf,
            service_types=_SDK_SERVICES,
            region_name=region,
        )

    @property
    def neutron(self) -> Any:
        with cloud_errors("Neutron"):
            return self._sdk.network

    @property
    def cinder(self) -> Any:
        with cloud_errors("Cinder"):
            return self._sdk.block_storage

    @cached_property
    def project_id(self) -> str:
        """The project that owns what we make."""
        with cloud_errors("Keystone"):
            return str(self.session.get_project_id())

    def _reach(self, service: str, interface: str) -> dict[str, Any]:
        """How to reach it; the two clients have different words for the interface."""
        options = self._conf[service]
        reach = {
            "session": self.session,
            "region_name": options.region_name or self._conf[CREDENTIALS].region_name,
            "service_type": options.service_type,
            "service_name": options.service_name,
            "endpoint_override": options.endpoint_override,
            interface: options.valid_interfaces,
        }
        return {name: value for name, value in reach.items() if value}


def _use_plain_interfaces(conf: cfg.ConfigOpts) -> None:
    """Files written for Trove say `internalURL`, which openstacksdk does not take."""
    for service in SERVICES:
        if given := conf[service].valid_interfaces:
            plain = [interface.removesuffix("URL") for interface in given]
            conf.set_override("valid_interfaces", plain, group=service)

"""Public addresses, in Neutron. They belong to the tenant, and are found by our port.

A description alone proves nothing: tenants may write what we write.
"""

from collections.abc import Sequence

from dbaas.drivers import CloudRefused, FloatingIP, Port
from dbaas.drivers.openstack.errors import cloud_errors
from dbaas.drivers.openstack.session import Clients


class FloatingIPs:
    """:param public_network_id: external network; the only one where it is None"""

    def __init__(self, clients: Clients, public_network_id: str | None) -> None:
        self._clients = clients
        self._public = public_network_id

    def ensure(self, name: str, port: Port, project_id: str) -> FloatingIP:
        neutron = self._clients.neutron
        with cloud_errors("Neutron"):
            there = next(neutron.ips(port_id=port.id, fixed_ip_address=port.address), None)
            ip = there or neutron.create_ip(
                floating_network_id=self._public_network(),
                port_id=port.id,
                fixed_ip_address=port.address,
                project_id=project_id,
                description=name,
            )
        return FloatingIP(ip.id, ip.floating_ip_address)

    def ensure_none(self, name: str, port_ids: Sequence[str]) -> None:
        neutron = self._clients.neutron
        with cloud_errors("Neutron"):
            for ip in neutron.ips(port_id=list(port_ids), description=name):
                neutron.delete_ip(ip.id)

    def _public_network(self) -> str:
        if self._public:
            return self._public
        external = list(self._clients.neutron.networks(is_router_external=True))
        if len(external) != 1:
            raise CloudRefused(
                f"There are {len(external)} external networks: the operator has to choose one "
                "by [network] public_network_id."
            )
        return str(external[0].id)

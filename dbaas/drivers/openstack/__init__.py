"""The cloud made of Nova, Glance, Neutron and Cinder.

What we make belongs to the service's project (a floating IP to its tenant), bears the name given
or has it as a tag, and is looked for in that project only.
"""

from oslo_config import cfg

from dbaas.drivers import Cloud, Volumes
from dbaas.drivers.openstack.compute import NovaCompute
from dbaas.drivers.openstack.images import OpenStackImages
from dbaas.drivers.openstack.networks import OpenStackNetworks
from dbaas.drivers.openstack.session import Clients
from dbaas.drivers.openstack.volumes import CinderVolumes, EphemeralVolumes


def connect(conf: cfg.ConfigOpts) -> Cloud:
    """The cloud of [service_credentials]; nothing is called yet."""
    clients = Clients(conf)
    volumes: Volumes = CinderVolumes(clients, conf) if conf.volume_support else EphemeralVolumes()
    return Cloud(
        compute=NovaCompute(clients, conf),
        images=OpenStackImages(clients),
        networks=OpenStackNetworks(clients, conf),
        volumes=volumes,
    )

"""All checks, in the order in which one thing needs another."""

from dbaas.status import Check, broker, database, identity, network, quotas, servers

CHECKS: dict[str, Check] = {
    "database": database.database_schema,
    "master key": database.master_key,
    "broker": broker.control_plane,
    "broker for guests": broker.guests,
    "login at Keystone": identity.login,
    "catalog": identity.catalog,
    "clock": identity.clock,
    "management network": network.management,
    "security groups": network.security_groups,
    "public addresses": network.public_addresses,
    "keypair": servers.keypair,
    "flavors": servers.flavors,
    "images": servers.images,
    "volume type": servers.volume_type,
    "quota of Nova": quotas.compute,
    "quota of Neutron": quotas.network,
    "quota of Cinder": quotas.volumes,
}

"""Where a database's server is managed: python -m tests.cloud.management_address NAME"""

import sys

import openstack

NETWORK = "dbaas-management"


def management_address(name: str) -> str:
    servers = openstack.connect().compute.servers(all_projects=True)
    (server,) = [each for each in servers if each.name == name and NETWORK in each.addresses]
    address: str = server.addresses[NETWORK][0]["addr"]
    return address


if __name__ == "__main__":
    print(management_address(sys.argv[1]))

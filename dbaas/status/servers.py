"""What servers are made of: image, flavor, key, volume type."""

from novaclient import exceptions
from oslo_upgradecheck.upgradecheck import Result

from dbaas.db import datastores
from dbaas.db.database import Database
from dbaas.drivers import CloudError
from dbaas.drivers.openstack.images import OpenStackImages
from dbaas.status import Subject, failure, ok, warning


def images(subject: Subject) -> Result:
    """Of each active datastore version."""
    database = Database.from_conf(subject.conf)
    try:
        rows = [row for row in database.read(datastores.all_versions) if row.active]
    finally:
        database.close()
    if not rows:
        return warning(
            "no datastore version is active: openstack datastore version create, or "
            "dbaas-manage bootstrap --datastore-version"
        )
    found, missing = [], []
    finder = OpenStackImages(subject.clients)
    for row in rows:
        try:
            image = finder.find(row.image_id, row.image_tags)
        except CloudError as error:
            missing.append(f"{row.datastore.name} {row.name}: {error}")
        else:
            found.append(f"{row.datastore.name} {row.name}: {image.name} ({image.id})")
    if missing:
        told = "; ".join(missing)
        return failure(f"{told} dbaas-image build and dbaas-manage bootstrap --image make one")
    return ok("; ".join(found))


def flavors(subject: Subject) -> Result:
    seen = subject.clients.nova.flavors.list()
    if not seen:
        return failure("Nova offers no flavor: openstack flavor create")
    if subject.conf.volume_support:
        return ok(", ".join(flavor.name for flavor in seen))
    fit = [flavor.name for flavor in seen if flavor.ephemeral]
    if not fit:
        return failure("without volumes a flavor needs an ephemeral disk, and none has one")
    return ok(", ".join(fit))


def keypair(subject: Subject) -> Result:
    name = subject.conf.nova_keypair
    if not name:
        return warning("nova_keypair is not set: nobody can log in to a server that has a fault")
    try:
        subject.clients.nova.keypairs.get(name)
    except exceptions.NotFound:
        return failure(f"nova_keypair: the service's user has no keypair {name}")
    return ok(name)


def volume_type(subject: Subject) -> Result:
    if not subject.conf.volume_support:
        return ok("none is needed: data is on the flavor's ephemeral disk")
    types = [each.name for each in subject.clients.cinder.types()]
    wanted = subject.conf.cinder_volume_type
    if wanted and wanted not in types:
        return failure(f"cinder_volume_type: there is no {wanted}, only {', '.join(types)}")
    return ok(wanted or f"Cinder's default, of {', '.join(types)}")

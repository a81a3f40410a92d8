"""The key for ssh to the servers."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openstack.connection import Connection

from dbaas.bootstrap.report import Report
from dbaas.bootstrap.settings import Settings

NAME = "dbaas"
FILE = "id_dbaas"


def ensure_keypair(report: Report, service: Connection | None, settings: Settings) -> None:
    """A keypair of the service's user, whose private half is in the configuration's folder.

    :param service: the cloud as the service sees it, None in a dry run before there is a user
    """
    path = settings.folder / FILE
    report.ensure("ssh key", str(path), path.exists(), lambda: _write(path, settings))
    public = _public_of(path) if path.exists() else None
    keypair = service and service.compute.find_keypair(NAME)
    if service and keypair and _without_comment(keypair.public_key) != public:
        report.change(
            "keypair",
            NAME,
            lambda: service.compute.delete_keypair(keypair) or _create(service, public),
            "its private key is not here; servers that are there keep the old one",
        )
        return
    report.ensure("keypair", NAME, keypair, lambda: _create(service, public))


def _create(service: Connection | None, public: str | None) -> bool:
    assert service is not None
    service.compute.create_keypair(name=NAME, public_key=f"{public} {NAME}")
    return True


def _without_comment(public: str) -> str:
    return " ".join(public.split()[:2])


def _write(path: Path, settings: Settings) -> bool:
    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    settings.write_secret(path, key.decode())
    return True


def _public_of(path: Path) -> str:
    key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )

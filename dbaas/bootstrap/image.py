"""The guest image in Glance."""

import hashlib
import struct
from pathlib import Path
from typing import Any

from openstack.connection import Connection

from dbaas.bootstrap import BootstrapError
from dbaas.bootstrap.report import Report

_HASH = "sha512"
_GIB = 1024**3
_MAGIC = b"QFI\xfb"
_SECONDS_TO_UPLOAD = 3600


def ensure_image(
    report: Report,
    service: Connection | None,
    file: Path,
    datastore: str,
    repository: str,
    public: bool,
) -> None:
    """An image with the file's content, tagged for the datastore; an older one is left alone.

    :param service: the cloud as the service sees it, None in a dry run before there is a user
    """
    name = f"dbaas-guest-{datastore}"
    size = _disk_size(file)
    tags = ["trove", datastore]
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, _HASH).hexdigest()
    images = _seen(service, name) if service else []
    found = next((each for each in images if _is_same(each, digest)), None)
    if service and found and not set(tags) <= set(found.tags):
        report.change(
            "image",
            name,
            lambda: service.image.update_image(found, tags=sorted({*found.tags, *tags})),
            f"tags {', '.join(tags)}",
        )
        return
    report.ensure(
        "image",
        name,
        found,
        lambda: _upload(
            service,
            images,
            digest,
            name=name,
            filename=str(file),
            tags=tags,
            visibility="public" if public else "private",
            min_disk=-(-size // _GIB),
            dbaas_repository=repository,
            os_type="linux",
        ),
        f"tags {', '.join(tags)}",
    )


def _seen(service: Connection, name: str) -> list[Any]:
    """Those that servers of ours can boot: an administrator is shown everybody's."""
    return [
        image
        for image in service.image.images(name=name)
        if image.visibility == "public" or image.owner_id == service.current_project_id
    ]


def _is_same(image: Any, digest: str) -> bool:
    return bool(
        image.status == "active" and image.hash_algo == _HASH and image.hash_value == digest
    )


def _upload(service: Any, images: list[Any], digest: str, **values: Any) -> Any:
    for image in images:
        if image.status == "queued":  # an upload that was killed
            service.image.delete_image(image)
    image = service.image.create_image(
        disk_format="qcow2",
        container_format="bare",
        allow_duplicates=True,
        timeout=_SECONDS_TO_UPLOAD,
        **values,
    )
    image = service.image.get_image(image.id)
    if image.hash_algo == _HASH and image.hash_value != digest:
        service.image.delete_image(image)
        raise BootstrapError(f"{values['filename']}: Glance has received another content")
    return image


def _disk_size(file: Path) -> int:
    """In bytes, of the disk that a qcow2 file describes. Raises BootstrapError."""
    try:
        with file.open("rb") as content:
            magic, size = struct.unpack(">4s20xQ", content.read(32))
    except (OSError, struct.error) as error:
        raise BootstrapError(f"--image: {file} can't be read: {error}") from error
    if magic != _MAGIC:
        raise BootstrapError(f"--image: {file} is no qcow2; dbaas-image build makes one")
    return int(size)

"""The volume the data lies on."""

import io
import os
import tarfile
from pathlib import Path
from typing import Any

from dbaas.guestagent.container_spec import ContainerSpec
from dbaas.guestagent.errors import ContainerError
from dbaas.guestagent.files import folder


def used(path: str) -> int | None:
    """Bytes in use below the path, as its file system counts them where it has its own."""
    try:
        if os.path.ismount(path):
            stat = os.statvfs(path)
            return (stat.f_blocks - stat.f_bfree) * stat.f_frsize
        os.listdir(path)
    except OSError:
        return None
    return sum(_allocated(where, name) for where, _, names in os.walk(path) for name in names)


def _allocated(where: str, name: str) -> int:
    try:
        return os.lstat(os.path.join(where, name)).st_blocks * 512
    except FileNotFoundError:
        return 0


def make_folders(path: str) -> None:
    folder(Path(path) / "data", 0o750)
    folder(Path(path) / "tmp", 0o1777)


def own(client: Any, container: str, spec: ContainerSpec, path: str) -> None:
    """Give the data's folder on a mounted volume to the image's account.

    A volume of Docker's own gets its owner from the image; a mounted folder does not.
    """
    uid, gid = _account(client, container, spec.user)
    data = Path(path) / "data"
    if data.stat().st_uid != uid:
        os.chown(data, uid, gid)


def _account(client: Any, container: str, user: str) -> tuple[int, int]:
    chunks, _ = client.api.get_archive(container, "/etc/passwd")
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        file = tar.extractfile("passwd")
        lines = file.read().decode().splitlines() if file else []
    for fields in (line.split(":") for line in lines):
        if fields[0] == user:
            return int(fields[2]), int(fields[3])
    raise ContainerError(f"the image {spec_image(client, container)} has no account {user}")


def spec_image(client: Any, container: str) -> str:
    return str(client.api.inspect_container(container)["Config"]["Image"])

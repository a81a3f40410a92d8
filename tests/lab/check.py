"""Uses the lab as a tenant would, and says how long each step took: check.py GUEST_DIR"""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import openstack

PATIENCE = 300
NAME = "lab-check"
BEGAN = time.monotonic()


def say(what: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f}s  {what}", flush=True)


def wait_until(what: str, reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {PATIENCE} s")
        time.sleep(0.2)
    say(what)


@contextmanager
def image(cloud: Any, name: str, content: Path | bytes, **properties: str) -> Iterator[Any]:
    source = {"data": content} if isinstance(content, bytes) else {"filename": str(content)}
    properties = {"disk_format": "raw", "container_format": "bare", **properties}
    made = cloud.create_image(name, wait=True, allow_duplicates=True, **source, **properties)
    say(f"image {name}")
    try:
        yield made
    finally:
        cloud.image.delete_image(made)


@contextmanager
def volume(cloud: Any) -> Iterator[Any]:
    made = cloud.create_volume(size=1, name=NAME, wait=True, timeout=PATIENCE)
    say("volume")
    try:
        yield made
    finally:
        cloud.delete_volume(made.id, wait=True)


@contextmanager
def port(cloud: Any, group: Any) -> Iterator[Any]:
    made = cloud.network.create_port(
        name=NAME,
        network_id=cloud.network.find_network(os.environ["DBAAS_LAB_PRIVATE_NETWORK"]).id,
        security_group_ids=[group.id],
    )
    try:
        yield made
    finally:
        cloud.network.delete_port(made)


@contextmanager
def server(cloud: Any, zone: str, image: Any, port: Any) -> Iterator[Any]:
    made = cloud.create_server(
        f"{NAME}-{zone}",
        image=image.id,
        flavor=cloud.get_flavor(os.environ["DBAAS_LAB_TINY_FLAVOR"]).id,
        nics=[{"port-id": port.id}],
        availability_zone=zone,
        auto_ip=False,
        wait=True,
        timeout=PATIENCE,
    )
    say(f"server in zone {zone}")
    try:
        yield made
    finally:
        cloud.delete_server(made.id, wait=True)
        say(f"server in zone {zone} is gone")


@contextmanager
def floating_address(cloud: Any, port: Any) -> Iterator[str]:
    public = cloud.network.find_network(os.environ["DBAAS_LAB_PUBLIC_NETWORK"])
    made = cloud.network.create_ip(floating_network_id=public.id, port_id=port.id)
    try:
        yield made.floating_ip_address
    finally:
        cloud.network.delete_ip(made)


@contextmanager
def open_group(cloud: Any) -> Iterator[Any]:
    group = cloud.network.create_security_group(name=NAME)
    cloud.network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", ethertype="IPv4", protocol="tcp"
    )
    try:
        yield group
    finally:
        cloud.network.delete_security_group(group)


@contextmanager
def attached(cloud: Any, server: Any, volume: Any) -> Iterator[None]:
    cloud.attach_volume(server, volume, wait=True, timeout=PATIENCE)
    say("volume attached")
    yield
    cloud.detach_volume(server, cloud.get_volume(volume.id), wait=True, timeout=PATIENCE)
    say("volume detached")


def disks(address: str) -> str:
    """What the guest says of its disks; nothing if it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{address}/cgi-bin/disks", timeout=2) as answer:
            return str(answer.read(), "ascii")
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return ""


def check_fake(cloud: Any, group: Any) -> None:
    with (
        image(cloud, NAME, bytes(1 << 20)) as blank,
        volume(cloud) as disk,
        port(cloud, group) as door,
        server(cloud, os.environ["DBAAS_LAB_FAKE_ZONE"], blank, door) as made,
        attached(cloud, made, disk),
    ):
        pass


def check_vm(cloud: Any, group: Any, guest: Path) -> None:
    with ExitStack() as stack:
        enter = stack.enter_context
        parts = {
            "kernel_id": enter(image(cloud, f"{NAME}-kernel", guest / "kernel")).id,
            "ramdisk_id": enter(image(cloud, f"{NAME}-ramdisk", guest / "ramdisk")).id,
        }
        blank = enter(image(cloud, NAME, bytes(1 << 20), **parts))
        disk = enter(volume(cloud))
        door = enter(port(cloud, group))
        made = enter(server(cloud, os.environ["DBAAS_LAB_VM_ZONE"], blank, door))
        address = enter(floating_address(cloud, door))
        wait_until(f"the guest answers at {address}", lambda: disks(address))
        with attached(cloud, made, disk):
            wait_until("the guest sees the volume", lambda: "vdb" in disks(address))


def main(guest: Path) -> None:
    cloud = openstack.connect()
    with open_group(cloud) as group:
        check_fake(cloud, group)
        if os.environ["DBAAS_LAB_FORM"] == "full":
            check_vm(cloud, group, guest)
    say("the lab works")


main(Path(sys.argv[1]))

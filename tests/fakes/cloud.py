"""A cloud in memory that counts what was made and what is left."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dbaas.drivers import (
    Cloud,
    CloudFlavor,
    CloudNetwork,
    FloatingIP,
    Image,
    NeedsDetached,
    Nic,
    NotInCloud,
    Port,
    Server,
    ServerLook,
    ServerSpec,
    Volume,
)
from tests.fakes.edge import Edge

Kind = str
ALL_RESOURCES = ("security_group", "management_port", "port", "floating_ip", "volume", "server")
"""Of a public instance."""


class FakeCloud(Edge):
    """It is its own compute, images, networks and volumes.

    :param watch: called when something was done or removed, in the caller's thread
    """

    def __init__(self, watch: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.watch = watch
        self.there: dict[tuple[Kind, str], str] = {}
        """Ids by kind and name."""
        self.made: Counter[tuple[Kind, str]] = Counter()
        """How often a resource was made that was not there."""
        self.not_ready: Counter[Kind] = Counter()
        """How many more times a resource of a kind is answered to be not ready yet."""
        self.lingering: Counter[Kind] = Counter()
        """The same for one that is to go."""
        self.allowed: dict[str, list[str]] = {}
        self.sizes: dict[str, int] = {}
        self.flavor_of: dict[str, str] = {}
        """Of servers that got another one than they were made with, or that were asked to."""
        self.reboots: Counter[str] = Counter()
        self.grows_online = True
        self.detached: set[str] = set()
        """The servers without their volume."""
        self.bad_boots = 0
        """How many of the next servers go to ERROR."""
        self._bad: set[str] = set()
        self.looks = ServerLook("ACTIVE")
        self.states: dict[str, str] = {}
        """Of the servers, by id, that are not ACTIVE."""
        self.faults: dict[Kind, str] = {}
        self.offered = [
            CloudFlavor("1", "small", ram=512, vcpus=1, disk=1),
            CloudFlavor("2", "big", ram=2048, vcpus=2, disk=1),
        ]
        self.known_networks = [CloudNetwork("net-1", "default", filters_ports=True)]
        self.on_boot: Callable[[ServerSpec], None] = lambda spec: None
        self.on_reboot: Callable[[str], None] = lambda name: None
        self.on_shutdown: Callable[[str], None] = lambda name: None

    def as_cloud(self) -> Cloud:
        return Cloud(compute=self, images=self, networks=self, volumes=self)

    def left(self) -> list[tuple[Kind, str]]:
        with self.lock:
            return sorted(self.there)

    def count(self, name: str) -> dict[Kind, int]:
        """How often each kind of resource of that name was made."""
        with self.lock:
            return {kind: times for (kind, owner), times in self.made.items() if owner == name}

    def flavors(self) -> Sequence[CloudFlavor]:
        with self.calling("flavors"):
            return list(self.offered)

    def networks(self) -> Sequence[CloudNetwork]:
        with self.calling("networks"):
            return list(self.known_networks)

    def find(self, image_id: str | None, tags: Sequence[str]) -> Image:
        if "mysql" in tags or image_id == "image-1":
            return Image("image-1", "mysql", "mysql")
        raise NotInCloud("There is no such image.")

    def ensure_security_group(
        self, name: str, ports: Sequence[int], cidrs: Sequence[str]
    ) -> str | None:
        group_id, _ = self._ensure("security_group", name)
        self.allowed[name] = list(cidrs)
        return group_id

    def ensure_no_security_group(self, name: str) -> None:
        self._ensure_none("security_group", name)

    def ensure_management_port(self, name: str) -> Port | None:
        port_id, _ = self._ensure("management_port", name)
        return Port(port_id, "192.0.2.7")

    def ensure_port(self, name: str, nic: Nic, security_group_id: str | None) -> Port:
        port_id, _ = self._ensure("port", name)
        return Port(port_id, "10.0.0.7")

    def ensure_no_ports(self, name: str) -> None:
        self._ensure_none("port", name)
        self._ensure_none("management_port", name)

    def ensure_floating_ip(self, name: str, port: Port, project_id: str) -> FloatingIP:
        ip_id, _ = self._ensure("floating_ip", name)
        return FloatingIP(ip_id, "203.0.113.7")

    def ensure_no_floating_ip(self, name: str) -> None:
        self._ensure_none("floating_ip", name)

    def ensure_volume(
        self, name: str, size: int, volume_type: str | None, availability_zone: str | None
    ) -> Volume:
        volume_id, ready = self._ensure("volume", name)
        return Volume(volume_id, ready, self.faults.get("volume"))

    def ensure_size(self, name: str, size: int) -> Volume:
        with self.calling("ensure_size"):
            if not self.grows_online and name not in self.detached:
                raise NeedsDetached("it is attached")
            if "size" not in self.faults:
                self.sizes[name] = size
            ready = self._is_ready("size")
        self.watch()
        return Volume(self.there["volume", name], ready, self.faults.get("size"))

    def ensure_no_volume(self, name: str) -> bool:
        return self._ensure_none("volume", name)

    def ensure_server(self, spec: ServerSpec) -> Server:
        server_id, ready = self._ensure("server", spec.name, lambda: self._boot(spec))
        fault = "no valid host" if spec.name in self._bad else self.faults.get("server")
        return Server(server_id, ready, fault)

    def ensure_no_server(self, name: str) -> bool:
        return self._ensure_none("server", name, lambda: self._shut_down(name))

    def _boot(self, spec: ServerSpec) -> None:
        if self.bad_boots > 0:
            self.bad_boots -= 1
            self._bad.add(spec.name)
        else:
            self.on_boot(spec)

    def _shut_down(self, name: str) -> None:
        self._bad.discard(name)
        self.on_shutdown(name)

    def ensure_flavor(self, name: str, flavor: CloudFlavor, attempt: str) -> Server:
        with self.calling("ensure_flavor"):
            fault = self.faults.get(f"flavor {flavor.id}")
            if fault is None and self.flavor_of.get(name, "1") != flavor.id:
                self.flavor_of[name] = flavor.id
                self.reboots[name] += 1
                self.on_reboot(name)
            ready = self._is_ready("flavor")
        self.watch()
        return Server(self.there["server", name], ready and fault is None, fault)

    def ensure_attached(self, name: str, volume_id: str) -> bool:
        with self.calling("ensure_attached"):
            assert volume_id == self.there["volume", name]
            self.detached.discard(name)
            ready = self._is_ready("attached")
        self.watch()
        return ready

    def ensure_detached(self, name: str, volume_id: str) -> bool:
        with self.calling("ensure_detached"):
            assert volume_id == self.there["volume", name]
            self.detached.add(name)
            ready = self._is_ready("detached")
        self.watch()
        return ready

    def _is_ready(self, kind: Kind) -> bool:
        self.not_ready[kind] -= 1
        return self.not_ready[kind] < 0

    def look(self, name: str) -> ServerLook | None:
        with self.calling("look"):
            return self.looks if ("server", name) in self.there else None

    def statuses(self) -> Mapping[str, str]:
        with self.calling("statuses"):
            servers = {made for (kind, _), made in self.there.items() if kind == "server"}
        return {**dict.fromkeys(servers, "ACTIVE"), **self.states}

    def _ensure(
        self, kind: Kind, name: str, then: Callable[[], None] = lambda: None
    ) -> tuple[str, bool]:
        with self.calling(f"ensure_{kind}"):
            if (kind, name) not in self.there:
                self.made[kind, name] += 1
                self.there[kind, name] = str(uuid.uuid4())
                then()
            answer = self.there[kind, name], self._is_ready(kind)
        self.watch()
        return answer

    def _ensure_none(self, kind: Kind, name: str, then: Callable[[], None] = lambda: None) -> bool:
        with self.calling(f"ensure_no_{kind}"):
            self.lingering[kind] -= 1
            gone = self.lingering[kind] < 0
            if gone and (kind, name) in self.there:
                del self.there[kind, name]
                then()
        self.watch()
        return gone

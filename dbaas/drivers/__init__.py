"""What a cloud must be able to do for us, and the drivers that do it.

Every `ensure_*` finds what an earlier try made by the name given (which is derived from our
ids), and makes it only if it is not there; every `ensure_no_*` succeeds where it is gone
already. All may be called again at any time, and all raise `CloudError` when they fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class CloudError(Exception):
    """The cloud refused or failed; the text is fit for an instance's owner."""


class NotInCloud(CloudError):
    """What was asked for does not exist, and asking again will not help."""


@dataclass(frozen=True)
class Image:
    id: str
    name: str
    repository: str
    """Where the guests it boots find their database images, e.g. `mysql`."""


@dataclass(frozen=True)
class CloudFlavor:
    id: str
    name: str
    ram: int
    vcpus: int
    disk: int
    ephemeral: int = 0


@dataclass(frozen=True)
class CloudNetwork:
    id: str
    name: str
    filters_ports: bool
    project_id: str | None = None


@dataclass(frozen=True)
class Port:
    id: str
    address: str


@dataclass(frozen=True)
class FloatingIP:
    id: str
    address: str


@dataclass(frozen=True)
class Volume:
    id: str
    ready: bool
    fault: str | None = None


@dataclass(frozen=True)
class Server:
    id: str
    ready: bool
    fault: str | None = None


@dataclass(frozen=True)
class ServerSpec:
    """What to boot. `guest` are the [guest] options of the agent's configuration file."""

    name: str
    flavor: CloudFlavor
    image: Image
    port: Port
    volume: Volume
    floating_ip: FloatingIP | None
    guest: dict[str, str] = field(default_factory=dict)


class Compute(Protocol):
    def flavors(self) -> Sequence[CloudFlavor]: ...

    def ensure_server(self, spec: ServerSpec) -> Server: ...

    def ensure_no_server(self, name: str) -> None:
        """Return once the server and everything that ran in it have stopped."""


class Images(Protocol):
    def find(self, image_id: str | None, tags: Sequence[str]) -> Image:
        """The image, or the newest that has all the tags. Raises NotInCloud."""


class Networks(Protocol):
    def networks(self) -> Sequence[CloudNetwork]: ...

    def ensure_port(self, name: str, network_id: str | None) -> Port:
        """A port on the network, on the default one where it is None."""

    def ensure_no_port(self, name: str) -> None: ...

    def ensure_floating_ip(self, name: str, port: Port) -> FloatingIP: ...

    def ensure_no_floating_ip(self, name: str) -> None: ...


class Volumes(Protocol):
    def ensure_volume(self, name: str, size: int, volume_type: str | None) -> Volume:
        """A volume of `size` GiB; call again until it is ready."""

    def ensure_no_volume(self, name: str) -> None: ...


@dataclass(frozen=True)
class Cloud:
    compute: Compute
    images: Images
    networks: Networks
    volumes: Volumes

"""What a cloud must be able to do for us, and the drivers that do it.

Every `ensure_*` finds what an earlier try made by the name given (which is derived from our
ids), and makes it only if it is not there; every `ensure_no_*` succeeds where it is gone
already. All may be called again at any time, none waits for the cloud to finish (they answer
how far it is), and all raise `CloudError` when they fail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class CloudError(Exception):
    """The cloud failed or does not answer; the text is fit for an instance's owner."""


class CloudRefused(CloudError):
    """The cloud said no, for instance for a quota, and asking again will not help."""


class NotInCloud(CloudRefused):
    """What was asked for does not exist."""


class NeedsDetached(CloudError):
    """The back end can't do this while the volume is attached."""


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
    """Whether security groups are enforced on its ports."""
    project_id: str | None = None
    """Its owner; None where it is shared by all."""
    cidrs: Sequence[str] = ()
    """Of its IPv4 subnets."""
    is_routed: bool = True
    """Whether a port on it can have a floating IP."""


@dataclass(frozen=True)
class Nic:
    """Where on the tenant's networks a port shall be; the cloud chooses what is None."""

    network_id: str
    subnet_id: str | None = None
    address: str | None = None


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
    """`id` is None where data lies on the server's own disk."""

    id: str | None
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
    """Ours, to find it again."""
    display_name: str
    """What people see; many servers may have the same."""
    project_id: str
    """The tenant it serves."""
    flavor: CloudFlavor
    image: Image
    port: Port
    volume: Volume
    management_port: Port | None = None
    floating_ip: FloatingIP | None = None
    availability_zone: str | None = None
    guest: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerLook:
    """What can be told of a server from outside."""

    status: str
    """The cloud's word."""
    console: Sequence[str] = ()
    """The last lines, where the cloud gives them."""


class Compute(Protocol):
    def flavors(self) -> Sequence[CloudFlavor]: ...

    def ensure_server(self, spec: ServerSpec) -> Server: ...

    def ensure_no_server(self, name: str) -> bool:
        """True once the server and everything that ran in it have stopped."""

    def ensure_flavor(self, name: str, flavor: CloudFlavor, attempt: str) -> Server:
        """Give the server another flavor, which boots it anew; ready once it runs with it.

        The cloud is asked once for each `attempt`, a word without spaces; one that failed stays
        the fault of this attempt.
        """

    def ensure_attached(self, name: str, volume_id: str) -> bool:
        """True once the server has the volume."""

    def ensure_detached(self, name: str, volume_id: str) -> bool:
        """True once the volume is free."""

    def look(self, name: str) -> ServerLook | None:
        """None if there is no such server."""

    def statuses(self) -> Mapping[str, str]:
        """The cloud's word for the status of each of our servers, by the server's id."""


class Images(Protocol):
    def find(self, image_id: str | None, tags: Sequence[str]) -> Image:
        """The image, or the newest that has all the tags. Raises NotInCloud."""


class Networks(Protocol):
    def networks(self) -> Sequence[CloudNetwork]:
        """Those that tenants' ports can be on."""

    def ensure_security_group(
        self, name: str, ports: Sequence[int], cidrs: Sequence[str]
    ) -> str | None:
        """A group that lets exactly these CIDRs reach the TCP ports; None where none is needed."""

    def ensure_no_security_group(self, name: str) -> None: ...

    def ensure_management_port(self, name: str) -> Port | None:
        """A port on the network that guests are managed over; None where there is no such."""

    def ensure_port(self, name: str, nic: Nic, security_group_id: str | None) -> Port:
        """A port on the tenant's network. Raises CloudRefused for an address that is taken."""

    def ensure_no_ports(self, name: str) -> None:
        """Neither the port nor the management port."""

    def ensure_floating_ip(self, name: str, port: Port, project_id: str) -> FloatingIP:
        """A public address of the port, owned by the project."""

    def ensure_no_floating_ip(self, name: str) -> None: ...


class Volumes(Protocol):
    def ensure_volume(
        self, name: str, size: int, volume_type: str | None, availability_zone: str | None
    ) -> Volume:
        """A volume of `size` GiB."""

    def ensure_size(self, name: str, size: int) -> Volume:
        """Grow it to `size` GiB. Raises NeedsDetached where that can't be done online."""

    def ensure_no_volume(self, name: str) -> bool:
        """True once it is gone."""


@dataclass(frozen=True)
class Cloud:
    compute: Compute
    images: Images
    networks: Networks
    volumes: Volumes

"""The distribution that guests run: the one of the machine that builds their image."""

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dbaas.guestimage.errors import BuildError

_COMMON = (
    "apparmor",
    "ca-certificates",
    "cloud-init",
    "dbus",
    "docker.io",
    "e2fsprogs",
    "iproute2",
    "iptables",
    "kmod",
    "openssh-server",
    "procps",
    "systemd-sysv",
    "tiny-initramfs",
    "udev",
)


@dataclass(frozen=True)
class Distribution:
    archive: str
    """As apt labels it."""
    suite: str
    python: str
    """The version of Python that the agent runs on."""
    components: str = "main"
    kernel: str = "linux-image-cloud-amd64"
    resolver: tuple[str, ...] = ("systemd-resolved",)
    """Packages that are part of systemd itself in older releases."""

    @property
    def keyring(self) -> str:
        return f"/usr/share/keyrings/{self.archive.lower()}-archive-keyring.gpg"

    @property
    def packages(self) -> Sequence[str]:
        return [*_COMMON, *self.resolver, self.kernel, f"python{self.python}"]

    def sources(self, mirrors: Sequence[tuple[str, str]]) -> str:
        """Lines of a sources.list, from `mirrors` of this distribution."""
        signed = f"[signed-by={self.keyring}]"
        return "".join(f"deb {signed} {uri} {suite} {self.components}\n" for uri, suite in mirrors)


def _ubuntu(suite: str, python: str, *resolver: str) -> Distribution:
    return Distribution("Ubuntu", suite, python, "main universe", "linux-image-virtual", resolver)


_KNOWN = (
    Distribution("Debian", "bookworm", "3.11"),
    Distribution("Debian", "trixie", "3.13"),
    _ubuntu("jammy", "3.11"),
    _ubuntu("noble", "3.12", "systemd-resolved"),
)


def of_this_machine() -> Distribution:
    """Raises BuildError where no image can be made of it."""
    if platform.machine() != "x86_64":
        raise BuildError("guest images are made on amd64 machines only")
    release = platform.freedesktop_os_release()
    for known in _KNOWN:
        if known.suite == release.get("VERSION_CODENAME"):
            return known
    raise BuildError(
        f"an image is made on Debian 12 or 13, or Ubuntu 22.04 or 24.04, not on "
        f"{release.get('PRETTY_NAME')}"
    )


def mirrors(distribution: Distribution) -> list[tuple[str, str]]:
    """(address, suite) of each of the machine's own apt sources for this distribution."""
    if not (found := _known_mirrors(distribution)):
        subprocess.run(["apt-get", "update", "--quiet=2"], check=True)
        found = _known_mirrors(distribution)
    if not found:
        raise BuildError(
            f"the machine's apt sources name no mirror of {distribution.archive} "
            f"{distribution.suite}"
        )
    return found


def _known_mirrors(distribution: Distribution) -> list[tuple[str, str]]:
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI) $(CODENAME) $(COMPONENT)"],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[tuple[str, str], None] = {}
    for line in asked.stdout.splitlines():
        label, uri, suite, component = line.split()
        ours = label.startswith(distribution.archive) and suite.startswith(distribution.suite)
        if ours and component == "main":
            found[uri, suite] = None
    return list(found)


def missing_tools() -> list[str]:
    """Packages of this machine that a build needs."""
    wanted = {
        "mmdebstrap": "/usr/bin/mmdebstrap",
        "extlinux": "/usr/bin/extlinux",
        "qemu-utils": "/usr/bin/qemu-img",
        "e2fsprogs": "/sbin/mke2fs",
    }
    return [package for package, path in wanted.items() if not Path(path).exists()]

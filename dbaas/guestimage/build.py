"""A guest image, from nothing but the distribution's packages and this project."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from dbaas.guestimage import database_images, distribution
from dbaas.guestimage.agent_environment import AgentEnvironment
from dbaas.guestimage.disk import Disk
from dbaas.guestimage.distribution import Distribution
from dbaas.guestimage.phases import phase
from dbaas.guestimage.run import run
from dbaas.guestimage.workplace import workplace

_FILES = resources.files("dbaas.guestimage")


def build(output: Path, size: int, images: Sequence[str]) -> None:
    """Write a qcow2 with a disk of `size` GiB. Raises BuildError."""
    what = distribution.of_this_machine()
    with workplace(output) as folder:
        environment = AgentEnvironment(folder, what)
        disk = Disk(folder, size)
        disk.make()
        with phase(f"installing the packages of {what.archive} {what.suite}"):
            _install_packages(disk.root, folder, what)
        with phase("installing the agent"):
            environment.install(disk.root)
        if images:
            with phase(f"loading {', '.join(images)}"):
                database_images.load(disk.root, images, folder / "docker.log")
        disk.make_bootable()
        disk.close()
        with phase(f"writing {output}"):
            disk.write_to(output)


def _install_packages(root: Path, folder: Path, what: Distribution) -> None:
    sources = folder / "sources.list"
    sources.write_text(what.sources(distribution.mirrors(what)))
    without = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _UNREAD]
    run(
        *("env", f"TMPDIR={folder}", "mmdebstrap", "--mode=root", "--variant=minbase"),
        *(f"--keyring={what.keyring}", "--skip=check/empty", *without),
        *("--dpkgopt=force-unsafe-io", "--dpkgopt=force-confold"),
        *("--aptopt=APT::Install-Recommends 0", f"--include={','.join(what.packages)}"),
        f"--essential-hook=sync-in {_FILES / 'root'} /",
        f"--customize-hook={_FILES / 'furnish'}",
        *(what.suite, root, sources),
    )


_UNREAD = ("doc", "info", "lintian", "locale", "man")

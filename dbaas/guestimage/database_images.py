"""Docker images of databases: out of this machine's engine, into the guest's."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbaas.guestimage.errors import BuildError
from dbaas.guestimage.run import failure, run

_PATIENCE = 60


def repository(names: Sequence[str]) -> str:
    """The repository of the images, which must be one, as an agent knows only one."""
    for name in names:
        _check(name)
    found = {name.rpartition(":")[0] for name in names}
    if len(found) != 1:
        raise BuildError("the database images must be versions (tags) of one repository")
    return found.pop()


def _check(name: str) -> None:
    if not name.rpartition(":")[0] or "/" in name.rpartition(":")[2]:
        raise BuildError(f"{name} is not the name of an image with its version, REPOSITORY:TAG")
    if subprocess.run(["docker", "image", "inspect", name], capture_output=True).returncode:
        raise BuildError(f"this machine's Docker has no image {name}, or does not answer")


def load(root: Path, names: Sequence[str], log: Path) -> None:
    """Put them into the data folders of the Docker that is installed in `root`."""
    with _engine(root, log) as docker:
        save = subprocess.Popen(["docker", "save", *names], stdout=subprocess.PIPE)
        run(*docker, "load", "--quiet", stdin=save.stdout)
        if save.wait():
            raise BuildError("docker save failed")
        for name in names:
            run(*docker, "image", "inspect", name)


@contextmanager
def _engine(root: Path, log: Path) -> Iterator[Sequence[str]]:
    """The guest's own engine on this machine, without network; the command that talks to it."""
    for kind, source, path in (("proc", "proc", "proc"), ("tmpfs", "tmpfs", "run")):
        run("mount", "-t", kind, source, root / path)
    for path in ("sys", "dev"):
        run("mount", "--rbind", f"/{path}", root / path)
    # Without a bridge of its own, an engine would remove that of this machine's.
    inside = ["unshare", "--net", "chroot", str(root)]
    with log.open("w") as output:
        started = [
            subprocess.Popen(
                [*inside, *words], stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            for words in (
                ["containerd"],
                ["sh", "-c", f"{_PREPARE}; exec dockerd {_OPTIONS}"],
            )
        ]
        try:
            docker = ["chroot", str(root), "docker"]
            _wait(docker, started, log)
            yield docker
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()
            for path in ("dev", "sys", "run", "proc"):
                run("umount", "--recursive", "--lazy", root / path)


_PREPARE = (
    "echo {} >/run/dockerd.json; until [ -S /run/containerd/containerd.sock ]; do sleep 0.1; done"
)
_OPTIONS = (
    "--containerd=/run/containerd/containerd.sock --bridge=none --iptables=false "
    "--config-file=/run/dockerd.json --storage-driver=overlay2"
)


def _wait(docker: Sequence[str], started: Sequence["subprocess.Popen[bytes]"], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while subprocess.run([*docker, "version"], capture_output=True).returncode:
        died = any(process.poll() is not None for process in started)
        if died or time.monotonic() > deadline:
            raise failure("the guest's Docker engine", log.read_text())
        time.sleep(0.1)

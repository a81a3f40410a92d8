"""What /opt/dbaas of a guest holds: this very project, and the pinned packages its agent needs."""

import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

from dbaas.guestimage.distribution import Distribution
from dbaas.guestimage.run import failure, run

_HOME = "opt/dbaas"
_PINS = resources.files("dbaas.guestimage") / "requirements.txt"


class AgentEnvironment:
    """Its packages are fetched while the distribution's are unpacked."""

    def __init__(self, folder: Path, distribution: Distribution) -> None:
        self._python = distribution.python
        self._packages = folder / "packages"
        self._log = folder / "pip.log"
        with self._log.open("w") as log:
            self._pip = subprocess.Popen(
                [
                    *(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"),
                    *("--no-deps", "--only-binary=:all:", "--python-version", self._python),
                    *("--target", str(self._packages), "--requirement", str(_PINS)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def install(self, root: Path) -> None:
        if self._pip.wait():
            raise failure("pip", self._log.read_text())
        run("chroot", root, f"python{self._python}", "-m", "venv", "--without-pip", f"/{_HOME}")
        site = root / _HOME / f"lib/python{self._python}/site-packages"
        shutil.copytree(self._packages, site, dirs_exist_ok=True)
        shutil.copytree(
            Path(str(resources.files("dbaas"))),
            site / "dbaas",
            ignore=shutil.ignore_patterns("__pycache__", "guestimage"),
        )
        # Nothing there changes any more, so that sources need not be looked at.
        run(
            *("chroot", root, f"/{_HOME}/bin/python", "-m", "compileall", "-q", "-j", "0"),
            *("--invalidation-mode", "unchecked-hash", f"/{_HOME}/lib"),
        )
        run(
            *("chroot", root, f"/{_HOME}/bin/python", "-c"),
            "import dbaas.cmd.guestagent, dbaas.guestagent.datastores.mysql",
        )

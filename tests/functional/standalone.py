"""dbaas-standalone as a process."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keystoneauth1 import noauth

from tests.functional.engine import Engine
from tests.functional.process import Process, command
from tests.functional.service import IMAGES, Http, endpoint

_CONF = """\
[DEFAULT]
bind_port = {port}
debug = true
log_file = {log}
max_instances_per_tenant = 20
[local]
images = {images}
{engine}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Standalone:
    """The service on a folder. It may be killed and started as often as one likes."""

    headers: Mapping[str, str] = {}

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine
        self.port = free_port()
        self.plan = folder / "plan"
        self.log = folder / "service.log"
        self.output = folder / "output"
        # Its own folders have to be closed, whatever this one is.
        folder.chmod(0o755)
        images = folder / "images.json"
        images.write_text(IMAGES)
        text = _CONF.format(port=self.port, log=self.log, images=images, engine=engine.options)
        (folder / "standalone.conf").write_text(text)
        self.http = Http(self)
        self.process: Process | None = None

    @property
    def auth(self) -> Any:
        return noauth.NoAuth(endpoint=endpoint(self))

    tenant_auth = auth

    def start(self) -> None:
        """Return when it answers. It is told of its folder as people type it, relatively."""
        whole = [command("dbaas-standalone"), "--state-dir", self.folder.name]
        self.process = Process(whole, self.output, self.folder.parent)
        self.http.until_answers(self.process)

    def launch_mortal(self) -> None:
        """Start one that dies at the step which the plan names, maybe before it answers."""
        module = ["-m", "tests.functional.mortal", str(self.plan), "dbaas.cmd.standalone"]
        whole = [sys.executable, *module, "--state-dir", str(self.folder)]
        self.process = Process(whole, self.output)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()

    def close(self) -> None:
        if self.process is not None:
            self.process.stop()

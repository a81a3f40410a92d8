"""A dbaas-standalone of the benchmark's own, in a folder and on a port that are thrown away."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib import error, request

IMAGE = os.environ.get("DBAAS_TEST_MYSQL_IMAGE", "mysql:8.4")
REPOSITORY, VERSION = IMAGE.rsplit(":", 1)
LABEL = "dbaas.test"
_CONF = """\
[DEFAULT]
bind_port = {port}
max_instances_per_tenant = -1
max_volumes_per_tenant = -1
[local]
images = {images}
labels = {label}:bench
network = dbaas-bench
subnet = 172.31.87.0/24
public_subnet = 127.87.80.0/24
"""


class Standalone:
    """Use it in a `with`; `call` speaks HTTP with it. Its databases are removed at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dbaas-bench-"))
        self.port = _free_port()
        images = self.folder / "images.json"
        images.write_text(
            json.dumps([{"id": "1", "name": "i", "tags": ["mysql"], "repository": REPOSITORY}])
        )
        text = _CONF.format(port=self.port, images=images, label=LABEL)
        (self.folder / "standalone.conf").write_text(text)

    def __enter__(self) -> "Standalone":
        command = [sys.executable, "-m", "dbaas.cmd.standalone", "--state-dir", str(self.folder)]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        for noun in ("container", "volume", "network"):
            remove_labelled(noun)

    def call(self, method: str, path: str, body: object = None) -> Any:
        url = f"http://127.0.0.1:{self.port}/v1.0/demo{path}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        with request.urlopen(request.Request(url, data, headers, method=method)) as answer:
            return json.loads(answer.read() or b"null")

    def make_version(self) -> None:
        """Make the image's MySQL orderable."""
        version = {
            "name": VERSION,
            "datastore_name": "mysql",
            "datastore_manager": "mysql",
            "image_tags": ["mysql"],
            "active": True,
            "default": True,
            "version": VERSION,
        }
        self.call("POST", "/mgmt/datastore-versions", {"version": version})

    def _answers(self) -> bool:
        try:
            request.urlopen(f"http://127.0.0.1:{self.port}/healthcheck").read()
        except (error.URLError, OSError):
            return False
        return True


def remove_labelled(noun: str) -> None:
    listing = ["docker", noun, "ls", "--quiet", "--filter", f"label={LABEL}=bench"]
    listing += ["--all"] if noun == "container" else []
    ids = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    if ids:
        force = ["--force"] if noun == "container" else []
        subprocess.run(["docker", noun, "rm", *force, *ids], check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

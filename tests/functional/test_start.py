"""How long users wait for a service that is being started."""

import socket
import statistics
import subprocess
import sys
import time

import pytest

from tests.functional.conftest import Folders
from tests.functional.engine import Engine
from tests.functional.process import command
from tests.functional.standalone import Standalone

ROUNDS, MOST = 3, 4.0
# What nobody who uses these libraries can do without.
_BARE = "import dbaas, sqlalchemy, oslo_messaging, pecan"


def test_the_service_answers_soon(
    tmp_path_factory: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within 3 s where a bare interpreter with the libraries takes half a second.

    The machine's pace cancels out: both are started in turn.
    """
    engine = Engine("start")
    try:
        bare, ours = zip(*(_round(tmp_path_factory, engine) for _ in range(ROUNDS)), strict=True)
    finally:
        engine.close()
    ratio = statistics.median(b / a for a, b in zip(bare, ours, strict=True))
    with capsys.disabled():
        print(
            f"\nfirst answer after {statistics.median(ours):.2f} s, a bare interpreter with the "
            f"libraries after {statistics.median(bare):.2f} s, ratio {ratio:.1f}"
        )
    assert ratio < MOST


def _round(folders: Folders, engine: Engine) -> tuple[float, float]:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", _BARE], check=True)
    bare = time.monotonic() - began
    service = Standalone(folders.mktemp("start"), engine)
    began = time.monotonic()
    try:
        service.start()
        return bare, time.monotonic() - began
    finally:
        service.close()


def test_a_port_in_use_is_told_plainly(tmp_path_factory: Folders) -> None:
    service = Standalone(tmp_path_factory.mktemp("taken"), Engine("taken"))
    with socket.create_server(("127.0.0.1", service.port)):
        ended = subprocess.run(
            [command("dbaas-standalone"), "--state-dir", str(service.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
    service.engine.close()
    assert ended.returncode == 1
    assert ended.stderr == f"cannot listen on 127.0.0.1:{service.port}: Address already in use\n"

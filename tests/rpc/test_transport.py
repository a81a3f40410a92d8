"""The connection to the broker."""

import pytest

from dbaas import conf as dbaas_conf
from dbaas.rpc.transport import is_in_process


@pytest.mark.parametrize(
    ("url", "in_process"), [("fake://", True), ("fake:", True), ("rabbit://h/", False)]
)
def test_is_in_process(url: str, in_process: bool) -> None:
    conf = dbaas_conf.load(files=[])
    conf.set_override("transport_url", url)
    assert is_in_process(conf) is in_process


def test_default_is_a_broker() -> None:
    assert not is_in_process(dbaas_conf.load(files=[]))

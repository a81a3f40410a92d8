"""What of a machine's memory is the database's."""

import pytest
from oslo_config import cfg

from dbaas.guestagent import memory


@pytest.mark.parametrize(
    ("machine", "limit"), [(512, 256), (990, 576), (1978, 1568), (7960, 6752), (64000, 54400)]
)
def test_a_server_of_its_own(
    conf: cfg.ConfigOpts, monkeypatch: pytest.MonkeyPatch, machine: int, limit: int
) -> None:
    conf.set_override("device", "/dev/vdb", "guest")
    monkeypatch.setattr(memory, "of_machine", lambda: machine)
    assert memory.limit(conf.guest) == limit


def test_what_is_set_holds(conf: cfg.ConfigOpts) -> None:
    assert memory.limit(conf.guest) == 0
    conf.set_override("memory", 777, "guest")
    conf.set_override("device", "/dev/vdb", "guest")
    assert memory.limit(conf.guest) == 777


def test_this_machine_has_some() -> None:
    assert memory.of_machine() > 100

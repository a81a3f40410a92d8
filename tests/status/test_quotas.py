"""How much may be left."""

import pytest
from oslo_upgradecheck.upgradecheck import Code

from dbaas.status import quotas


@pytest.mark.parametrize(
    ("used", "code", "words"),
    [
        ((1, 10), Code.SUCCESS, "9 of 10 ports left"),
        ((95, 100), Code.WARNING, "5 of 100 ports left: raise Neutron's quota"),
        ((10, 10), Code.FAILURE, "0 of 10 ports left: raise Neutron's quota"),
        ((12, 10), Code.FAILURE, "0 of 10 ports left"),
        ((0, 0), Code.FAILURE, "0 of 0 ports left"),
        ((5000, -1), Code.SUCCESS, "any number of ports left"),
    ],
)
def test_the_scarcest_decides(used: tuple[int, int], code: Code, words: str) -> None:
    result = quotas._judged("Neutron", {"networks": (1, 100), "ports": used})
    assert result.code == code
    assert words in str(result.details)

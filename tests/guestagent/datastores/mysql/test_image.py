import pytest

from dbaas.guestagent.datastores.mysql import image
from dbaas.rpc.guest import Refused


@pytest.mark.parametrize(
    ("asked", "running", "fits"),
    [
        ("8.4", "8.4.7", True),
        ("8.4.7", "8.4.7", True),
        ("8", "8.4.7", True),
        ("8.4", "8.40.7", False),
        ("8.4.7", "8.4", False),
        ("9.7.0-1", "9.7.0-1", True),
        ("9.7.0", "9.7.0-1", True),
        ("9.7.0-1", "9.7.0", False),
        ("9.7.0-1", "9.7.0-10", False),
    ],
)
def test_versions_are_compared_by_component(asked: str, running: str, fits: bool) -> None:
    assert image.matches(asked, running) is fits


@pytest.mark.parametrize(
    "number", ["", "8.4 ", "../x", "a:b", "a@sha256:0", "-1", "x" * 129, "8\n"]
)
def test_a_version_is_a_tag(number: str) -> None:
    with pytest.raises(Refused):
        image.check_version(number)

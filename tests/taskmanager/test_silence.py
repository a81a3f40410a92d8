"""Why a guest never called home, in words for its owner."""

import pytest

from dbaas.drivers import CloudError, ServerLook
from dbaas.taskmanager.silence import why_silent
from tests.fakes.cloud import FakeCloud

NEVER = "The guest agent never answered"


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud()
    cloud.there["server", "db"] = "server-1"
    return cloud


def test_cloud_that_cannot_be_asked(cloud: FakeCloud) -> None:
    cloud.fail("look", CloudError("Nova does not answer"))
    fault = f"{NEVER}, and the cloud can't be asked why: Nova does not answer"
    assert why_silent(cloud, "db") == fault


def test_server_that_is_gone(cloud: FakeCloud) -> None:
    assert why_silent(cloud, "other") == f"{NEVER}: its server is gone."


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (ServerLook("SHUTOFF", ("login:",)), ": its server is SHUTOFF."),
        (ServerLook("ACTIVE"), ". The server runs."),
        (
            ServerLook("ACTIVE", ("Loading Linux",)),
            ". The server runs, but did not finish booting. "
            "The last lines of its console:\nLoading Linux",
        ),
        (
            ServerLook("ACTIVE", ("db login: ",)),
            ". The server booted, but the agent was not started: is it the right image? "
            "The last lines of its console:\ndb login: ",
        ),
        (
            ServerLook("ACTIVE", ("x dbaas-guest: starts", "dbaas-guest: no broker", "login:")),
            ". The last it said is: no broker. The last lines of its console:\n"
            "x dbaas-guest: starts\ndbaas-guest: no broker\nlogin:",
        ),
    ],
)
def test_how_far_it_came(cloud: FakeCloud, look: ServerLook, reason: str) -> None:
    cloud.looks = look
    assert why_silent(cloud, "db") == NEVER + reason


def test_only_the_last_lines_are_shown(cloud: FakeCloud) -> None:
    cloud.looks = ServerLook("ACTIVE", [f"line {number}" for number in range(100)])
    lines = why_silent(cloud, "db").splitlines()
    assert lines[1:] == [f"line {number}" for number in range(90, 100)]

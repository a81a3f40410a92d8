"""What an instance's owner reads when a service says no."""

import pytest
import requests
from glanceclient import exc as glance
from keystoneauth1 import exceptions as keystone
from novaclient import exceptions as nova
from openstack import exceptions as sdk

from dbaas.drivers import CloudError, CloudRefused, NotInCloud
from dbaas.drivers.openstack.errors import cloud_errors, plain


def _of_sdk(status: int, words: str) -> Exception:
    response = requests.Response()
    response.status_code = status
    error: Exception = sdk.HttpException("Error", response=response, details=words)
    return error


REFUSED = [
    (
        "Nova",
        nova.Forbidden(403, "Quota exceeded for cores"),
        "Nova says: Quota exceeded for cores",
    ),
    ("Nova", nova.BadRequest(400, "No such flavor"), "Nova says: No such flavor"),
    (
        "Neutron",
        _of_sdk(409, "No more IP addresses"),
        "Neutron says: No more IP addresses",
    ),
    (
        "Cinder",
        _of_sdk(413, "VolumeSizeExceedsAvailableQuota"),
        "Cinder says: VolumeSizeExceedsAvailableQuota",
    ),
    ("Nova", nova.NotFound(404, "No server"), "Nova says: No server"),
    ("Glance", glance.HTTPForbidden("You are not welcome"), "Glance says: You are not welcome"),
]
FAILED = [
    ("Nova", nova.Conflict(409, "The server is busy"), "Nova says: The server is busy"),
    ("Nova", nova.ClientException(500, "Unexpected"), "Nova says: Unexpected"),
    ("Nova", nova.RateLimit(429, "Slowly"), "Nova says: Slowly"),
    (
        "Neutron",
        keystone.ConnectTimeout("http://10.0.0.1:9696/?t=secret"),
        "Neutron does not answer.",
    ),
    ("Neutron", keystone.ConnectFailure("http://10.0.0.1"), "Neutron does not answer."),
    (
        "Cinder",
        keystone.Unauthorized("http://10.0.0.1 token gAAA"),
        "Keystone does not accept the service's account.",
    ),
    (
        "Cinder",
        keystone.EndpointNotFound("public endpoint of http://10.0.0.1"),
        "Cinder can't be used (EndpointNotFound).",
    ),
]


@pytest.mark.parametrize(("service", "raised", "words"), REFUSED)
def test_no_is_no(service: str, raised: Exception, words: str) -> None:
    with pytest.raises(CloudRefused) as caught, cloud_errors(service):
        raise raised
    assert str(caught.value) == words


@pytest.mark.parametrize(("service", "raised", "words"), FAILED)
def test_what_may_work_later(service: str, raised: Exception, words: str) -> None:
    with pytest.raises(CloudError) as caught, cloud_errors(service):
        raise raised
    assert str(caught.value) == words
    assert not isinstance(caught.value, CloudRefused)


def test_what_is_not_there() -> None:
    with pytest.raises(NotInCloud), cloud_errors("Nova"):
        raise nova.NotFound(404, "No server")


def test_values_that_a_service_repeats_stay_hidden() -> None:
    said = "Invalid input for field/attribute user_data. Value: c2VjcmV0. 'c2VjcmV0' is too long"
    assert plain(said) == "Invalid input for field/attribute user_data."


def test_words_are_one_short_line() -> None:
    assert plain("one\n  two") == "one two"
    assert len(plain("x" * 1000)) == 300

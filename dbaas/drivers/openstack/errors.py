"""What OpenStack's libraries raise, in the words of the service that said no."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from glanceclient import exc as glance
from keystoneauth1 import exceptions as keystone
from novaclient import exceptions as nova
from openstack import exceptions as sdk

from dbaas.drivers import CloudError, CloudRefused, NotInCloud

_LONGEST = 300
_RAISED = (
    keystone.ClientException,
    sdk.SDKException,
    nova.ClientException,
    nova.UnsupportedVersion,
    glance.BaseException,
    glance.HTTPException,
    requests.RequestException,
)
_NO_ANSWER = (
    keystone.ConnectionError,
    keystone.RetriableConnectionFailure,
    requests.RequestException,
)
_AGAIN_LATER = (401, 408, 429)


@contextmanager
def cloud_errors(service: str) -> Iterator[None]:
    """Turn what the libraries raise into CloudError and its kinds: `service` said it."""
    try:
        yield
    except _RAISED as error:
        raise _as_cloud_error(service, error) from error


def plain(text: str) -> str:
    """One short line of what a service said.

    Services repeat the values that they refuse: what follows "Value:" may be a secret of ours.
    """
    line = " ".join(text.partition("Value:")[0].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _as_cloud_error(service: str, error: Exception) -> CloudError:
    status = _status(error)
    if status is None and isinstance(error, _NO_ANSWER):
        return CloudError(f"{service} does not answer.")
    if status is None:
        return CloudError(f"{service} can't be used ({type(error).__name__}).")
    if status == 401:
        return CloudError("Keystone does not accept the service's account.")
    return _kind(service, status)(f"{service} says: {plain(_words(error))}")


def _kind(service: str, status: int) -> type[CloudError]:
    if status == 404:
        return NotInCloud
    if service == "Nova" and status == 409:  # the server is busy; Neutron's mean no
        return CloudError
    if 400 <= status < 500 and status not in _AGAIN_LATER:
        return CloudRefused
    return CloudError


def _status(error: Exception) -> int | None:
    for name in ("status_code", "http_status", "code"):
        status = getattr(error, name, None)
        if isinstance(status, int):
            return status
    return None


def _words(error: Exception) -> str:
    for name in ("details", "message"):
        words = getattr(error, name, None)
        if isinstance(words, str) and words:
            return words
    return type(error).__name__

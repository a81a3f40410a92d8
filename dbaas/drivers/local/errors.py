"""Docker's errors in the words of a cloud."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from docker import errors

from dbaas.drivers import CloudError


@contextmanager
def docker_errors(doing: str) -> Iterator[None]:
    """Turn what Docker raises into CloudError: `doing` did not work, and why."""
    try:
        yield
    except errors.APIError as error:
        raise CloudError(f"{doing}: {error.explanation or error}") from error
    except (errors.DockerException, requests.RequestException) as error:
        raise CloudError(f"{doing}: the Docker engine does not answer ({error})") from error

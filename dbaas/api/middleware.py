"""The pipeline's own parts."""

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import webob
from oslo_context.context import RequestContext

from dbaas.api import context, faults
from dbaas.api.routing import segments

LOG = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def fault_wrapper(app: Application) -> Application:
    """Give every refusal from below our JSON body, whoever refused and however."""

    def wrapped(environ: Environ, start_response: Any) -> Iterable[bytes]:
        request_id = environ.get(context.REQUEST_ID, "")
        RequestContext(request_id=request_id)  # the log's, until somebody knows who asks
        try:
            _check_text(environ)
            response = webob.Request(environ).get_response(app)
            if response.status_int >= 400:
                response = _in_our_words(response)
        except Exception as error:  # noqa: BLE001 - the one place that answers for all
            response = faults.answer_to(error, request_id)
        path = environ.get("PATH_INFO", "")
        LOG.info("%s %s %s", environ["REQUEST_METHOD"], ascii(path), response.status_int)
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    return wrapped


def _check_text(environ: Environ) -> None:
    """Refuse paths and queries that are no text, before anything tries to decode them."""
    try:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode()
        query = unquote_to_bytes(environ.get("QUERY_STRING", "")).decode()
    except UnicodeError:
        raise faults.BadRequest("the URL is not UTF-8") from None
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path + query):
        raise faults.BadRequest("the URL holds control characters")


_WORDS = {
    401: "a valid token is required",
    413: "the request is larger than this service takes",
    503: "the identity service does not answer",
}


def _in_our_words(response: webob.Response) -> webob.Response:
    code = response.status_int
    kept = {
        name: response.headers[name]
        for name in ("WWW-Authenticate", "Retry-After", "Allow")
        if name in response.headers
    }
    title = response.status.partition(" ")[2]
    return faults.answer(code, _WORDS.get(code, title), kept)


def own_project_only(app: Application) -> Application:
    """The project in the URL must be the token's, also an administrator's."""

    def wrapped(environ: Environ, start_response: Any) -> Iterable[bytes]:
        asker = context.attach(environ)
        path = segments(path_of(environ))
        if len(path) > 1 and path[0] == "v1.0" and path[1] != asker.project_id:
            raise faults.Forbidden("the project in the URL is not the token's")
        return app(environ, start_response)

    return wrapped


def fork(paths: set[tuple[str, ...]], there: Application, otherwise: Application) -> Application:
    """Send requests of `paths` to one application, all others to another."""

    def wrapped(environ: Environ, start_response: Any) -> Iterable[bytes]:
        chosen = there if segments(path_of(environ)) in paths else otherwise
        return chosen(environ, start_response)

    return wrapped


def path_of(environ: Environ) -> str:
    path: str = environ.get("PATH_INFO", "")
    return path.encode("latin-1").decode(errors="replace")

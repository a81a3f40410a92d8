"""Refusals, and the one body they all have: {"<key>": {"code", "message"}} (Trove's)."""

import json
import logging

import webob
from oslo_db import exception as db_exc
from oslo_policy import policy as oslo_policy
from sqlalchemy import exc as sql_exc

from dbaas.db import datastores, instances, networks, operations, quotas, states
from dbaas.db.catalogue import NotSeen
from dbaas.rpc import guest

LOG = logging.getLogger(__name__)

KEYS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    406: "notAcceptable",
    409: "conflict",
    413: "overLimit",
    415: "badMediaType",
    422: "unprocessableEntity",
    500: "instanceFault",
    501: "notImplemented",
    503: "serviceUnavailable",
}

REFUSED = {"exists": 400, "invalid": 400, "not_found": 404, "not_ready": 422, "failed": 422}
"""How a guest's refusal is answered."""


class Fault(Exception):
    """What a caller is told; `code` is the HTTP status."""

    code = 500

    def __init__(self, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = headers or {}


class BadRequest(Fault):
    code = 400


class Forbidden(Fault):
    code = 403


class NotFound(Fault):
    code = 404


class NotAllowed(Fault):
    code = 405

    def __init__(self, method: str, allowed: list[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not allowed here, {allow} is", {"Allow": allow})


class NotAcceptable(Fault):
    code = 406


class BadMediaType(Fault):
    code = 415


class Unprocessable(Fault):
    code = 422


class Unavailable(Fault):
    code = 503


class NotBuilt(Fault):
    code = 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: not built yet in this release")


def answer(code: int, message: str, headers: dict[str, str] | None = None) -> webob.Response:
    key = KEYS.get(code) or ("badRequest" if code < 500 else "instanceFault")
    body = json.dumps({key: {"code": code, "message": message}}).encode()
    response = webob.Response(body=body, status=code, content_type="application/json")
    response.headers.update(headers or {})
    return response


def answer_to(error: Exception, request_id: str) -> webob.Response:
    """Turn whatever stopped a request into an answer; what nobody foresaw is logged."""
    if isinstance(error, Fault):
        return answer(error.code, str(error), error.headers)
    code, message = _known(error)
    if code is None:
        LOG.exception("unexpected error")
        return answer(500, f"unexpected error; its log entry has request id {request_id}")
    if code == 503:
        LOG.warning("answering 503: %s", error)
    return answer(code, message)


def _known(error: Exception) -> tuple[int | None, str]:
    text = str(error)
    match error:
        case oslo_policy.PolicyNotAuthorized() | oslo_policy.InvalidScope():
            return 403, "your role does not allow this"
        case instances.NotFound() | datastores.NotFound():
            return 404, text
        case instances.Invalid() | datastores.Invalid() | networks.Invalid() | NotSeen():
            return 400, text
        case instances.WrongState() | states.IllegalTransition() | operations.Busy():
            return 422, text
        case quotas.QuotaExceeded():
            return 413, text
        case guest.Refused():
            return REFUSED.get(error.code, 422), text
        case guest.Unreachable():
            return 503, f"{text}; whether it was done is not known, look again before a retry"
    return _database(error)


def _database(error: Exception) -> tuple[int | None, str]:
    """What the database refused."""
    match error:
        case db_exc.DBDuplicateEntry():
            # Two requests at the same moment; the unique key let one of them win.
            return 422, "another request on the same thing won, look again"
        case db_exc.DBConnectionError() | db_exc.DBDeadlock() | sql_exc.TimeoutError():
            return 503, "our own database does not answer, nothing was changed"
        case db_exc.DBError() | sql_exc.OperationalError() if "locked" in str(error):
            return 503, "our own database is too busy, nothing was changed"
    return None, ""

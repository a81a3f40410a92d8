"""What /healthcheck looks at, besides what oslo.middleware's does (a file that takes us out)."""

import logging
from collections.abc import Iterable
from typing import Any

import webob

from dbaas.api.middleware import Application, Environ
from dbaas.db import schema
from dbaas.db.database import Database

LOG = logging.getLogger(__name__)


def with_database(database: Database, otherwise: Application) -> Application:
    """Answer 503 where our database cannot be used. Whoever asks is told no more than that."""

    def wrapped(environ: Environ, start_response: Any) -> Iterable[bytes]:
        fault = _fault(database)
        if fault is None:
            return otherwise(environ, start_response)
        answer = webob.Response(fault, status=503, content_type="text/plain", charset="UTF-8")
        refusal: Iterable[bytes] = answer(environ, start_response)
        return refusal

    return wrapped


def _fault(database: Database) -> str | None:
    try:
        if schema.is_too_old(database.engine):
            return "the database's schema is older than this release: dbaas-manage db sync"
    except Exception as error:  # noqa: BLE001 - whatever it is, requests would meet it too
        LOG.warning("The database cannot be used: %s", error)
        return "the database does not answer"
    return None

"""The database's clock, the only one that leases and deadlines are measured with.

Workers' clocks may differ; rows that several workers compare must not depend on them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

# MySQL keeps whole seconds unless it is told otherwise.
UTCDateTime = DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")


class db_now(ColumnElement[datetime]):
    """The database's UTC time, `offset` seconds from now (may be negative)."""

    type = UTCDateTime
    inherit_cache = False

    def __init__(self, offset: float = 0) -> None:
        self.offset = float(offset)


@compiles(db_now, "sqlite")
def _sqlite(element: db_now, compiler: Any, **kw: Any) -> str:
    # %f has milliseconds; SQLAlchemy stores six digits and compares as text.
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{element.offset:+.3f} seconds')"


@compiles(db_now, "mysql")
@compiles(db_now, "mariadb")
def _mysql(element: db_now, compiler: Any, **kw: Any) -> str:
    return f"(UTC_TIMESTAMP(6) + INTERVAL {round(element.offset * 1e6)} MICROSECOND)"


@compiles(db_now, "postgresql")
def _postgresql(element: db_now, compiler: Any, **kw: Any) -> str:
    # now() stands still during a transaction; clock_timestamp() does not.
    return (
        "((clock_timestamp() AT TIME ZONE 'utc') "
        f"+ INTERVAL '{round(element.offset * 1e6)} microseconds')"
    )

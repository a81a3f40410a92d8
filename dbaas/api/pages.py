"""Pages of lists: `limit` and `marker` in the query, a `next` link in the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dbaas.api import faults
from dbaas.api.call import Call

LONGEST_MARKER = 1024


@dataclass(frozen=True)
class Page:
    limit: int
    marker: str | None


def asked(call: Call, cap: int) -> Page:
    """What page the caller wants; `cap` is the default and the most it gets."""
    marker = call.query.get("marker") or None
    if marker is not None and len(marker) > LONGEST_MARKER:
        raise faults.BadRequest("marker: too long")
    return Page(_limit(call.query.get("limit"), cap), marker)


def _limit(text: str | None, cap: int) -> int:
    if text is None or text == "":
        return cap
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise faults.BadRequest("limit: must be a whole number from 1")
    # Long numbers need not be parsed to be capped.
    return cap if len(text) > 9 else min(int(text), cap)


def body(
    call: Call, key: str, items: Sequence[Any], page: Page, last: str | None
) -> dict[str, Any]:
    """The answer; `last` is the marker of the page's end where there is more after it."""
    answer: dict[str, Any] = {key: list(items)}
    if last is not None:
        query = {**call.query, "limit": str(page.limit), "marker": last}
        answer["links"] = [{"rel": "next", "href": f"{call.url}?{urlencode(query)}"}]
    return answer


def cut(items: Sequence[Any], keys: Sequence[str], page: Page) -> tuple[Sequence[Any], str | None]:
    """The page of `items`, whose `keys` ascend, and its last key where there is more."""
    marker = page.marker
    start = 0 if marker is None else sum(1 for key in keys if key <= marker)
    end = start + page.limit
    return items[start:end], keys[end - 1] if end < len(items) else None

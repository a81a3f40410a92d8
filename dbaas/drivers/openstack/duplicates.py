"""Of several resources of one name, which is the one.

A request whose answer was lost may be done late, beside the one that followed it.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Resource = TypeVar("Resource", bound=Any)


def one_of(
    found: Iterable[Resource],
    is_used: Callable[[Resource], bool],
    remove: Callable[[Resource], object],
    made_at: str = "created_at",
) -> Resource | None:
    """The one that is used, or else the oldest; the others are removed unless they are used.

    :param made_at: the attribute that tells their age
    """
    resources = sorted(
        found, key=lambda each: (not is_used(each), getattr(each, made_at), each.id)
    )
    for other in resources[1:]:
        if not is_used(other):
            remove(other)
    return resources[0] if resources else None

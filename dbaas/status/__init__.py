"""What the service needs, looked at with the service's own account: is it there, does it work?

Each check is independent: where one fails, and in whatever way, the others are still made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from oslo_config import cfg
from oslo_upgradecheck.upgradecheck import Code, Result

from dbaas.drivers.openstack.session import Clients


class Subject:
    """The configuration, and the cloud as it says."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self.conf = conf

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.conf)


Check = Callable[[Subject], Result]


@dataclass(frozen=True)
class Finding:
    check: str
    code: Code
    details: str


def ok(details: str) -> Result:
    return Result(Code.SUCCESS, details)


def warning(details: str) -> Result:
    return Result(Code.WARNING, details)


def failure(details: str) -> Result:
    return Result(Code.FAILURE, details)


def look(subject: Subject, checks: dict[str, Check]) -> Iterator[Finding]:
    """A finding of each check."""
    for name, check in checks.items():
        try:
            result = check(subject)
        except Exception as error:  # noqa: BLE001 - one that fails must not hide the others
            result = failure(f"it could not be looked at: {error or type(error).__name__}")
        yield Finding(name, result.code, result.details or "")

"""Checks are independent of each other."""

from oslo_config import cfg
from oslo_upgradecheck.upgradecheck import Code

from dbaas.status import Finding, Subject, look, ok, warning


def test_one_that_fails_does_not_hide_the_others(conf: cfg.ConfigOpts) -> None:
    def breaks(subject: Subject) -> None:
        raise RuntimeError("the line is cut")

    checks = {"first": lambda _: ok("fine"), "second": breaks, "third": lambda _: warning("hm")}
    assert list(look(Subject(conf), checks)) == [
        Finding("first", Code.SUCCESS, "fine"),
        Finding("second", Code.FAILURE, "it could not be looked at: the line is cut"),
        Finding("third", Code.WARNING, "hm"),
    ]

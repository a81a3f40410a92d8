"""How operations are declared."""

import pytest
from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db.models import Instance
from dbaas.taskmanager.operations import OPERATIONS
from dbaas.taskmanager.outcomes import Done, Outcome
from dbaas.taskmanager.work import Task, Work, lasting_step, step


def test_unknown_first_or_undo_step_is_found_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="has no step begin"):

        class Wrong(Work):
            kind, first = "wrong", "begin"

    with pytest.raises(TypeError, match="has no step clean_up"):

        class AlsoWrong(Work):
            kind, first, undo = "wrong", "begin", "clean_up"

            @step
            def begin(self, task: Task) -> Outcome:
                return Done("t")


def test_steps_come_from_bases_too_and_know_whether_they_last() -> None:
    class Base(Work, abstract=True):
        @lasting_step
        def remove(self, task: Task) -> Outcome:
            return Done("t")

    class Whole(Base):
        kind, first = "whole", "begin"

        @step
        def begin(self, task: Task) -> Outcome:
            return Done("t")

        def helper(self) -> None: ...

    assert Whole.steps == ("remove", "begin")
    assert Whole.is_lasting("remove")
    assert not Whole.is_lasting("begin")


def test_what_every_operation_must_say_itself() -> None:
    with pytest.raises(NotImplementedError):
        Work.timeout(cfg.ConfigOpts())
    with pytest.raises(NotImplementedError):
        Work.succeed(Session(), Instance(), {})


@pytest.mark.parametrize("work", OPERATIONS.values(), ids=OPERATIONS)
def test_operations_fit_their_columns(work: type[Work]) -> None:
    assert len(work.kind) <= 64
    assert all(len(name) <= 64 for name in work.steps)

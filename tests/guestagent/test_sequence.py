import itertools
import time
from pathlib import Path

import pytest

from dbaas.guestagent.sequence import Sequence


def test_numbers_rise_across_restarts_and_clock_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sequence"
    now = time.time_ns()
    seen = []
    for step in (0, 10**9, -(10**15), 10**15):
        monkeypatch.setattr(time, "time_ns", lambda step=step: now + step)
        sequence = Sequence(path)
        seen += [sequence.next() for _ in range(3)]
    assert all(later > earlier for earlier, later in itertools.pairwise(seen))

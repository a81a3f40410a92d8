import stat
from pathlib import Path

import pytest

from dbaas.guestagent import files


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_file_is_replaced(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    assert files.read(path) is None
    path.with_name("file.new").write_text("left by a crash")
    files.write(path, "old")
    files.write(path, "new", mode)
    assert files.read(path) == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_has_its_mode(tmp_path: Path) -> None:
    path = files.folder(tmp_path / "a" / "b", 0o777)
    assert stat.S_IMODE(path.stat().st_mode) == 0o777
    assert files.folder(path) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o700

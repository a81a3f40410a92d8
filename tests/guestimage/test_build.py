"""What keeps an image from being built is said before anything is done."""

from pathlib import Path

import pytest

from dbaas.cmd import image
from dbaas.guestimage import database_images, distribution, workplace
from dbaas.guestimage.errors import BuildError
from dbaas.guestimage.workplace import workplace as open_workplace


def _say(monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setattr("sys.argv", ["dbaas-image", *words])
    with pytest.raises(SystemExit) as ended:
        image.main()
    return str(ended.value.code)


def test_only_root_can(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    said = _say(monkeypatch, "build", "--output", str(tmp_path / "x"), "--pull-at-first-start")
    assert "only root may" in said


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(distribution, "missing_tools", lambda: ["extlinux", "mmdebstrap"])
    said = _say(monkeypatch, "build", "--output", str(tmp_path / "x"), "--pull-at-first-start")
    assert said.endswith("apt-get install extlinux mmdebstrap")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["mysql"], "with its version"),
        (["127.0.0.1:5000/mysql"], "with its version"),
        (["dbaas-test/none:1"], "has no image dbaas-test/none:1"),
    ],
)
def test_database_images_must_be_there(names: list[str], why: str) -> None:
    with pytest.raises(BuildError, match=why):
        database_images.repository(names)


def test_database_images_have_one_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_images, "_check", lambda _: None)
    assert database_images.repository(["dbaas/mysql:8.4", "dbaas/mysql:9.7"]) == "dbaas/mysql"
    with pytest.raises(BuildError, match="one repository"):
        database_images.repository(["dbaas/mysql:8.4", "mysql:8.4"])


def test_an_unknown_distribution_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "platform.freedesktop_os_release", lambda: {"PRETTY_NAME": "Slackware 15.0"}
    )
    with pytest.raises(BuildError, match="not on Slackware"):
        distribution.of_this_machine()


def test_sources_are_the_machines_own_mirrors() -> None:
    what = distribution.Distribution("Debian", "bookworm", "3.11")
    lines = what.sources([("http://mirror/debian/", "bookworm")])
    signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    assert lines == f"deb {signed} http://mirror/debian/ bookworm main\n"


def test_one_build_at_a_time_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workplace, "_available_memory", lambda: 0)
    output = tmp_path / "guest.qcow2"
    left = tmp_path / "guest.qcow2.work" / "left by one that was killed"
    left.mkdir(parents=True)
    with open_workplace(output) as folder:
        assert list(folder.iterdir()) == []
        with pytest.raises(BuildError, match="under way"), open_workplace(output):
            pass
    assert list(tmp_path.iterdir()) == []


def test_how_to_use_it_names_what_the_driver_looks_for() -> None:
    said = image._how_to_use(Path("/x y"), 4, "mysql", "dbaas/mysql")
    for words in (
        "--tag trove --tag mysql",
        "--property dbaas_repository=dbaas/mysql",
        "--min-disk 4",
        "--file '/x y'",
    ):
        assert words in said

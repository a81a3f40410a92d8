"""The catalogue of images."""

import json
from pathlib import Path

import pytest

from dbaas.drivers import NotInCloud
from dbaas.drivers.local.images import LocalImages


@pytest.fixture
def images(tmp_path: Path) -> LocalImages:
    file = tmp_path / "images.json"
    entries = [
        {"id": "1", "name": "older", "tags": ["mysql", "8"], "repository": "mysql"},
        {"id": "2", "name": "newer", "tags": ["mysql", "8"], "repository": "mysql"},
        {"id": "3", "name": "other", "tags": ["pg"], "repository": "postgresql"},
    ]
    file.write_text(json.dumps(entries))
    return LocalImages(str(file))


def test_newest_with_all_tags(images: LocalImages) -> None:
    assert images.find(None, ["8", "mysql"]).id == "2"
    assert images.find(None, ["pg"]).repository == "postgresql"
    with pytest.raises(NotInCloud, match="the tags mysql, pg"):
        images.find(None, ["mysql", "pg"])


def test_id_goes_before_tags(images: LocalImages) -> None:
    assert images.find("1", ["pg"]).name == "older"
    with pytest.raises(NotInCloud, match="id 9"):
        images.find("9", ["mysql"])


def test_default() -> None:
    assert LocalImages(None).find(None, ["trove", "mysql"]).repository == "mysql"

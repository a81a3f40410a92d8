"""A catalogue of images in a JSON file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbaas.drivers import Image, NotInCloud

_DEFAULT: list[dict[str, Any]] = [
    {
        "id": "5b6f6c1e-6d79-5371-8c00-000000000001",
        "name": "mysql-on-this-machine",
        "tags": ["trove", "mysql"],
        "repository": "mysql",
    }
]


class LocalImages:
    """:param path: JSON list of {id, name, tags, repository}, the newest last"""

    def __init__(self, path: str | None) -> None:
        self._images = json.loads(Path(path).read_text()) if path else _DEFAULT

    def find(self, image_id: str | None, tags: Sequence[str]) -> Image:
        for entry in reversed(self._images):
            if entry["id"] == image_id if image_id else set(tags) <= set(entry["tags"]):
                return Image(entry["id"], entry["name"], entry["repository"])
        wanted = f"id {image_id}" if image_id else f"the tags {', '.join(tags)}"
        raise NotInCloud(f"There is no image with {wanted}.")

"""Images of guests, in Glance."""

from collections.abc import Iterable, Sequence
from typing import Any

from glanceclient import exc

from dbaas.drivers import CloudRefused, Image, NotInCloud
from dbaas.drivers.openstack.errors import cloud_errors
from dbaas.drivers.openstack.session import Clients

_REPOSITORIES = {"mysql": "mysql", "mariadb": "mariadb", "postgresql": "postgres"}


class OpenStackImages:
    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def find(self, image_id: str | None, tags: Sequence[str]) -> Image:
        with cloud_errors("Glance"):
            image = self._get(image_id) if image_id else self._newest(tags)
        return Image(image.id, image.name or image.id, _repository(image, tags))

    def _get(self, image_id: str) -> Any:
        try:
            image = self._clients.glance.images.get(image_id)
        except exc.HTTPNotFound:
            raise NotInCloud(f"There is no image {image_id}.") from None
        if image.status != "active":
            raise CloudRefused(f"The image {image_id} is {image.status}, not active.")
        return image

    def _newest(self, tags: Sequence[str]) -> Any:
        found = self._clients.glance.images.list(
            filters={"tag": list(tags), "status": "active"},
            sort_key="created_at",
            sort_dir="desc",
        )
        for image in found:
            # Glance shows its admins the images of all projects, and any of them may bear tags.
            if image.visibility == "public" or image.owner == self._clients.project_id:
                return image
        raise NotInCloud(f"There is no active image with the tags {', '.join(tags)}.")


def _repository(image: Any, tags: Iterable[str]) -> str:
    if named := image.get("dbaas_repository"):
        return str(named)
    for tag in (*tags, *image.tags):
        if tag in _REPOSITORIES:
            return _REPOSITORIES[tag]
    raise CloudRefused(
        f"The image {image.id} has neither the property dbaas_repository nor a tag that names "
        f"a datastore ({', '.join(_REPOSITORIES)})."
    )

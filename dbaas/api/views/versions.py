"""The versions of this API."""

from typing import Any


def version(base: str) -> dict[str, Any]:
    return {
        "id": "v1.0",
        "status": "CURRENT",
        "updated": "2012-08-01T00:00:00Z",
        "links": [{"rel": "self", "href": f"{base}/v1.0/"}],
    }

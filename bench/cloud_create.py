"""One create on the cloud that `script/cloud up` made, and where its time went."""

import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openstack

from bench.cloud import phases, steps_of, table

LOOK = 0.5


def main() -> None:
    folder = Path(os.environ["DBAAS_CLOUD_DIR"])
    session = _connect(folder).session
    url = session.get_endpoint(service_type="database")
    posted = _now()
    made = session.post(f"{url}/instances", json=_wish(_connect(folder))).json()["instance"]["id"]
    answered = _now()
    seen = _until_ready(session, f"{url}/instances/{made}")
    lines = [
        line
        for log in folder.glob("log/taskmanager-*.log")
        for line in log.read_text(errors="replace").splitlines()
    ]
    print(table(phases(posted, answered, steps_of(lines, made))))
    print(f"{seen['name']}, {seen['volume']['size']} GiB, is {seen['operating_status']}")
    session.delete(f"{url}/instances/{made}")


def _connect(folder: Path) -> Any:
    config = openstack.config.OpenStackConfig(config_files=[str(folder / "clouds.yaml")])
    return openstack.connection.Connection(config=config.get_one(cloud="tenant"))


def _wish(cloud: Any) -> dict[str, Any]:
    return {
        "instance": {
            "name": f"bench-{secrets.token_hex(3)}",
            "flavorRef": cloud.compute.find_flavor(os.environ["DBAAS_LAB_FLAVOR"]).id,
            "volume": {"size": 1},
            "nics": [{"net-id": os.environ["DBAAS_LAB_PRIVATE_NETWORK"]}],
            "databases": [{"name": "testdb"}],
            "access": {"is_public": True},
        }
    }


def _until_ready(session: Any, url: str) -> Any:
    while True:
        seen = session.get(url).json()["instance"]
        if seen["status"] == "ERROR":
            raise RuntimeError(seen["fault"]["message"])
        if (seen["status"], seen["operating_status"]) == ("ACTIVE", "HEALTHY"):
            return seen
        time.sleep(LOOK)


def _now() -> datetime:
    """As the services' logs write it: this machine's local time."""
    return datetime.now(UTC).astimezone().replace(tzinfo=None)


if __name__ == "__main__":
    main()

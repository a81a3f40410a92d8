"""A tenant with an account in Keystone, who finds the service in the catalog."""

import os
import secrets
from typing import Any

from tests.functional.waiting import until

Json = dict[str, Any]
_PATIENCE = 180.0


class Refusal(AssertionError):
    """An answer of 400 or more."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status, self.message = status, message


class Tenant:
    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.network = cloud.network.find_network(os.environ["DBAAS_LAB_PRIVATE_NETWORK"]).id
        self.zone = os.environ["DBAAS_LAB_FAKE_ZONE"]
        self._url = cloud.session.get_endpoint(service_type="database")

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Raises Refusal."""
        url = f"{self._url}{path}"
        answer = self.cloud.session.request(url, method, json=body, raise_exc=False)
        if answer.status_code >= 400:
            (fault,) = answer.json().values()
            raise Refusal(answer.status_code, fault["message"])
        return answer.json() if answer.content else None

    def flavor(self, name: str) -> str:
        found: str = self.cloud.compute.find_flavor(name).id
        return found

    def create(self, **wish: Any) -> str:
        """The id of a new instance, on a server that is made up."""
        body = {
            "name": f"db-{secrets.token_hex(3)}",
            "flavorRef": self.flavor(os.environ["DBAAS_LAB_FLAVOR"]),
            "volume": {"size": 1},
            "nics": [{"net-id": self.network}],
            "availability_zone": self.zone,
            "databases": [{"name": "shop"}],
            **wish,
        }
        return str(self.call("POST", "/instances", {"instance": body})["instance"]["id"])

    def show(self, instance_id: str) -> Json:
        seen: Json = self.call("GET", f"/instances/{instance_id}")["instance"]
        return seen

    def events(self, instance_id: str) -> list[str]:
        found = self.call("GET", f"/instances/{instance_id}/events")["events"]
        return [event["message"] for event in found]

    def until_ready(self, instance_id: str) -> Json:
        """A failure fails at once."""

        def ready() -> Json | None:
            seen = self._show_if_up(instance_id)
            if seen is None:
                return None
            assert seen["status"] != "ERROR", seen["fault"]["message"]
            is_ready = (seen["status"], seen["operating_status"]) == ("ACTIVE", "HEALTHY")
            return seen if is_ready else None

        return until(ready, f"instance {instance_id} ready", _PATIENCE)

    def until_fault(self, instance_id: str) -> str:
        """Its words."""

        def failed() -> str | None:
            seen = self.show(instance_id)
            return seen["fault"]["message"] if "fault" in seen else None

        return until(failed, f"the fault of {instance_id}", _PATIENCE)

    def delete(self, instance_id: str) -> None:
        """Return when it is gone."""
        self.call("DELETE", f"/instances/{instance_id}")
        self.until_gone(instance_id)

    def until_gone(self, instance_id: str) -> None:
        until(lambda: self._is_gone(instance_id), f"the end of {instance_id}", _PATIENCE)

    def delete_all(self) -> None:
        for instance in self.call("GET", "/instances")["instances"]:
            self.delete(instance["id"])

    def _show_if_up(self, instance_id: str) -> Json | None:
        """None while the service has lost its database."""
        try:
            return self.show(instance_id)
        except Refusal as refusal:
            if refusal.status >= 500:
                return None
            raise

    def _is_gone(self, instance_id: str) -> bool:
        try:
            self.show(instance_id)
        except Refusal as refusal:
            return refusal.status == 404
        return False

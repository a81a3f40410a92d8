"""From an accepted request to a database that answers."""

from typing import Any

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db import quotas
from dbaas.db.models import Instance, utcnow
from dbaas.db.states import DatabaseStatus, InstanceStatus
from dbaas.drivers import FloatingIP, Nic, Port, ServerSpec, Volume
from dbaas.taskmanager.access import allowed_cidrs, tcp_ports
from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.operations.removal import Removal
from dbaas.taskmanager.outcomes import Cleaned, Done, Fail, Next, Outcome, Wait
from dbaas.taskmanager.silence import why_silent
from dbaas.taskmanager.work import Memo, Task, cloud_flavor, lasting_step, step

_BOOTS = 2


class CreateInstance(Removal):
    kind = "create_instance"
    first = "image"
    undo = "remove_server"
    after_removal = "cleaned"

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return int(conf.usage_timeout)

    @step
    def image(self, task: Task) -> Outcome:
        image = self.tools.cloud.images.find(task.version.image_id, task.version.image_tags)
        return Next("security_group", node={"image_id": image.id})

    @step
    def security_group(self, task: Task) -> Outcome:
        group = self.tools.cloud.networks.ensure_security_group(
            task.resource_name, tcp_ports(task.version), allowed_cidrs(task.instance.allowed_cidrs)
        )
        return Next("management_port", node={"security_group_id": group})

    @step
    def management_port(self, task: Task) -> Outcome:
        port = self.tools.cloud.networks.ensure_management_port(task.resource_name)
        if port is None:
            return Next("port")
        made = {"management_port_id": port.id, "management_address": port.address}
        return Next("port", "It has a port on the management network.", node=made)

    @step
    def port(self, task: Task) -> Outcome:
        port = self.tools.cloud.networks.ensure_port(
            task.resource_name, _nic(task), task.node.security_group_id
        )
        made = {"port_id": port.id, "private_address": port.address}
        after = "floating_ip" if task.instance.is_public else "volume"
        return Next(after, f"It has the address {port.address}.", node=made)

    @step
    def floating_ip(self, task: Task) -> Outcome:
        ip = self.tools.cloud.networks.ensure_floating_ip(
            task.resource_name, _port(task), task.instance.project_id
        )
        made = {"floating_ip_id": ip.id, "public_address": ip.address}
        return Next("volume", f"It has the public address {ip.address}.", node=made)

    @step
    def volume(self, task: Task) -> Outcome:
        wish = task.instance
        volume = self.tools.cloud.volumes.ensure_volume(
            task.resource_name, wish.volume_size, wish.volume_type, wish.availability_zone
        )
        if volume.fault:
            return Fail(f"The volume could not be made: {volume.fault}")
        if not volume.ready:
            return Wait(1)
        text = f"The volume of {wish.volume_size} GiB is there."
        return Next("server", text, node={"volume_id": volume.id})

    @step
    def server(self, task: Task) -> Outcome:
        server = self.tools.cloud.compute.ensure_server(self._server_spec(task))
        if server.fault and task.memo.get("failed_boots", 0) + 1 < _BOOTS:
            text = f"The server could not be started, and is tried once more: {server.fault}"
            return Next("remove_failed_server", text, memo={"failed_boots": 1})
        if server.fault:
            return Fail(f"The server could not be started: {server.fault}")
        if not server.ready:
            return Wait(1)
        return Next("agent", "The server runs.", node={"server_id": server.id})

    @step
    def remove_failed_server(self, task: Task) -> Outcome:
        if not self.tools.cloud.compute.ensure_no_server(task.resource_name):
            return Wait(1)
        return Next("server")

    @step
    def agent(self, task: Task) -> Outcome:
        if task.node.reported_at is None:
            return Wait(5)
        return Next("prepare", "The guest agent on the server answers.")

    @step
    def prepare(self, task: Task) -> Outcome:
        arguments = self._wished_content(task)
        arguments["version_number"] = task.version.version_number
        arguments["volume_is_new"] = True
        done = Next("verify", "The database is set up.")
        return run_job(self.tools.guest, task, "prepare", arguments, done)

    @step
    def verify(self, task: Task) -> Outcome:
        text = "The database is ready to use."
        # Agents report BUILD until the first start has ended: HEALTHY was seen afterwards.
        if task.node.database_status == DatabaseStatus.HEALTHY:
            return Done(text)
        return verify_health(self.tools.guest, task, text)

    @lasting_step
    def cleaned(self, task: Task) -> Outcome:
        return Cleaned("What had been made was removed. The instance can be deleted.")

    def late(self, task: Task) -> str:
        if task.step == "agent":
            return why_silent(self.tools.cloud.compute, task.resource_name)
        return super().late(task)

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        instance.status = InstanceStatus.ACTIVE
        instance.built_at = utcnow()
        quotas.commit(session, instance)

    def _server_spec(self, task: Task) -> ServerSpec:
        node, wish = task.node, task.instance
        return ServerSpec(
            name=task.resource_name,
            display_name=wish.name,
            project_id=wish.project_id,
            flavor=cloud_flavor(task.flavor),
            image=self.tools.cloud.images.find(node.image_id, task.version.image_tags),
            port=_port(task),
            management_port=_management_port(task),
            volume=Volume(node.volume_id, ready=True),
            floating_ip=_floating_ip(task),
            availability_zone=wish.availability_zone,
            guest={"node_id": node.id, "datastore": task.version.manager},
        )

    def _wished_content(self, task: Task) -> dict[str, Any]:
        if task.secrets is None:
            return {"databases": [], "users": []}
        content: dict[str, Any] = self.tools.vault.unseal(task.secrets)
        return content


def _nic(task: Task) -> Nic:
    wish = task.instance
    return Nic(wish.network_id or "", wish.subnet_id, wish.ip_address)


def _port(task: Task) -> Port:
    return Port(task.node.port_id or "", task.node.private_address or "")


def _management_port(task: Task) -> Port | None:
    if task.node.management_port_id is None:
        return None
    return Port(task.node.management_port_id, task.node.management_address or "")


def _floating_ip(task: Task) -> FloatingIP | None:
    if task.node.floating_ip_id is None:
        return None
    return FloatingIP(task.node.floating_ip_id, task.node.public_address or "")

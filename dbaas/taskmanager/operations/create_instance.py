"""From an accepted request to a database that answers."""

from typing import Any

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db import quotas
from dbaas.db.models import Instance, utcnow
from dbaas.db.states import DatabaseStatus, InstanceStatus
from dbaas.drivers import CloudFlavor, FloatingIP, Port, ServerSpec, Volume
from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.operations.removal import Removal
from dbaas.taskmanager.outcomes import Cleaned, Done, Fail, Next, Outcome, Wait
from dbaas.taskmanager.work import Task, lasting_step, step


class CreateInstance(Removal):
    kind = "create_instance"
    first = "port"
    undo = "remove_server"
    after_removal = "cleaned"

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return int(conf.taskmanager.usage_timeout)

    @step
    def port(self, task: Task) -> Outcome:
        networks = self.tools.cloud.networks
        port = networks.ensure_port(task.resource_name, task.instance.network_id)
        made = {"port_id": port.id, "private_address": port.address}
        after = "floating_ip" if task.instance.is_public else "volume"
        return Next(after, f"It has the address {port.address}.", node=made)

    @step
    def floating_ip(self, task: Task) -> Outcome:
        ip = self.tools.cloud.networks.ensure_floating_ip(task.resource_name, _port(task))
        made = {"floating_ip_id": ip.id, "public_address": ip.address}
        return Next("volume", f"It has the public address {ip.address}.", node=made)

    @step
    def volume(self, task: Task) -> Outcome:
        wish = task.instance
        volume = self.tools.cloud.volumes.ensure_volume(
            task.resource_name, wish.volume_size, wish.volume_type
        )
        if volume.fault:
            return Fail(f"The volume could not be made: {volume.fault}")
        if not volume.ready:
            return Wait(2)
        text = f"The volume of {wish.volume_size} GiB is there."
        return Next("server", text, node={"volume_id": volume.id})

    @step
    def server(self, task: Task) -> Outcome:
        image = self.tools.cloud.images.find(task.version.image_id, task.version.image_tags)
        server = self.tools.cloud.compute.ensure_server(
            ServerSpec(
                name=task.resource_name,
                flavor=_flavor(task),
                image=image,
                port=_port(task),
                volume=Volume(task.node.volume_id or "", ready=True),
                floating_ip=_floating_ip(task),
                guest={"node_id": task.node.id, "datastore": task.version.manager},
            )
        )
        if server.fault:
            return Fail(f"The server could not be started: {server.fault}")
        if not server.ready:
            return Wait(2)
        return Next("agent", "The server runs.", node={"server_id": server.id})

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

    def succeed(self, session: Session, instance: Instance) -> None:
        instance.status = InstanceStatus.ACTIVE
        instance.built_at = utcnow()
        quotas.commit(session, instance)

    def _wished_content(self, task: Task) -> dict[str, Any]:
        if task.secrets is None:
            return {"databases": [], "users": []}
        content: dict[str, Any] = self.tools.vault.unseal(task.secrets)
        return content


def _port(task: Task) -> Port:
    return Port(task.node.port_id or "", task.node.private_address or "")


def _floating_ip(task: Task) -> FloatingIP | None:
    if task.node.floating_ip_id is None:
        return None
    return FloatingIP(task.node.floating_ip_id, task.node.public_address or "")


def _flavor(task: Task) -> CloudFlavor:
    row = task.flavor
    return CloudFlavor(row.id, row.name, row.ram, row.vcpus, row.disk, row.ephemeral)

"""Who may reach an instance: its public address, and the addresses that are let in."""

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db.models import Instance
from dbaas.drivers import Port
from dbaas.taskmanager.access import allowed_cidrs, tcp_ports
from dbaas.taskmanager.outcomes import Done, Next, Outcome, Restored
from dbaas.taskmanager.work import Memo, Task, Work, step


class UpdateAccess(Work):
    """Its memo has `is_public` and `allowed_cidrs`, both as they shall be."""

    kind = "update_access"
    first = "security_group"
    undo = "restore_security_group"

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return int(conf.resize_time_out)

    @step
    def security_group(self, task: Task) -> Outcome:
        self._ensure_security_group(task, task.memo["allowed_cidrs"])
        return Next("floating_ip" if task.memo["is_public"] else "no_floating_ip")

    @step
    def floating_ip(self, task: Task) -> Outcome:
        node = self._ensure_floating_ip(task)
        return Done(f"It has the public address {node['public_address']}.", node)

    @step
    def no_floating_ip(self, task: Task) -> Outcome:
        return Done("Its access was changed; it has no public address.", self._ensure_none(task))

    @step
    def restore_security_group(self, task: Task) -> Outcome:
        self._ensure_security_group(task, task.instance.allowed_cidrs)
        return Next("restore_floating_ip")

    @step
    def restore_floating_ip(self, task: Task) -> Outcome:
        is_public = task.instance.is_public
        node = self._ensure_floating_ip(task) if is_public else self._ensure_none(task)
        return Restored("Its access is what it was.", node)

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        instance.is_public = memo["is_public"]
        instance.allowed_cidrs = memo["allowed_cidrs"]

    def _ensure_security_group(self, task: Task, cidrs: list[str]) -> None:
        self.tools.cloud.networks.ensure_security_group(
            task.resource_name, tcp_ports(task.version), allowed_cidrs(cidrs)
        )

    def _ensure_floating_ip(self, task: Task) -> dict[str, str | None]:
        port = Port(task.node.port_id or "", task.node.private_address or "")
        ip = self.tools.cloud.networks.ensure_floating_ip(
            task.resource_name, port, task.instance.project_id
        )
        return {"floating_ip_id": ip.id, "public_address": ip.address}

    def _ensure_none(self, task: Task) -> dict[str, str | None]:
        self.tools.cloud.networks.ensure_no_floating_ip(task.resource_name)
        return {"floating_ip_id": None, "public_address": None}

"""Restart of a database, checked by a query afterwards."""

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db.models import Instance
from dbaas.db.states import InstanceStatus
from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.outcomes import Next, Outcome, Wait
from dbaas.taskmanager.work import Memo, Task, Work, step


class RestartInstance(Work):
    kind = "restart_instance"
    first = "attach"

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return int(conf.taskmanager.restart_timeout)

    @step
    def attach(self, task: Task) -> Outcome:
        """What a resize that could not be undone may have left to do."""
        volume_id = task.node.volume_id
        if not task.memo.get("repairs") or volume_id is None:
            return Next("restart")
        if not self.tools.cloud.compute.ensure_attached(task.resource_name, volume_id):
            return Wait(1)
        return Next("restart")

    @step
    def restart(self, task: Task) -> Outcome:
        # The guest takes a volume that it had released, too.
        done = Next("verify", "The database was restarted.")
        return run_job(self.tools.guest, task, "restart", {}, done)

    @step
    def verify(self, task: Task) -> Outcome:
        return verify_health(self.tools.guest, task, "The database answers again.")

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        instance.status = InstanceStatus.ACTIVE

"""Another flavor: the server boots anew with it, with the database stopped meanwhile."""

from sqlalchemy.orm import Session

from dbaas.db import quotas
from dbaas.db.models import Instance
from dbaas.db.states import InstanceStatus
from dbaas.drivers import CloudFlavor, CloudRefused, Server
from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.operations.recovery import Recovery
from dbaas.taskmanager.outcomes import Fail, Next, Outcome, Wait
from dbaas.taskmanager.silence import why_silent
from dbaas.taskmanager.work import Memo, Task, cloud_flavor, step


class ResizeFlavor(Recovery):
    """Its memo has `flavor`, as a dictionary of what a CloudFlavor is made of."""

    kind = "resize_flavor"
    first = "release_volume"
    undo = "restore_flavor"

    @step
    def release_volume(self, task: Task) -> Outcome:
        done = Next("flavor", "The database is stopped.")
        return run_job(self.tools.guest, task, "release_volume", {}, done)

    @step
    def flavor(self, task: Task) -> Outcome:
        wanted = CloudFlavor(**task.memo["flavor"])
        server = self._ensure_flavor(task, wanted)
        if server.fault:
            return Fail(server.fault)
        if not server.ready:
            return Wait(1)
        # Read before the cloud was asked, so the first report of the new boot is newer; where
        # it came earlier all the same, the next one is.
        seen = {"report_seq": task.node.report_seq}
        return Next("agent", f"The server runs with the flavor {wanted.name}.", memo=seen)

    @step
    def agent(self, task: Task) -> Outcome:
        if task.node.report_seq == task.memo["report_seq"]:
            return Wait(5)
        return Next("take_volume", "The guest agent on the server answers again.")

    @step
    def take_volume(self, task: Task) -> Outcome:
        done = Next("verify", "The database is started.")
        return run_job(self.tools.guest, task, "take_volume", {}, done)

    @step
    def verify(self, task: Task) -> Outcome:
        return verify_health(self.tools.guest, task, "The database answers with the new flavor.")

    @step
    def restore_flavor(self, task: Task) -> Outcome:
        """A cloud that won't must not keep the database from being started."""
        try:
            server = self._ensure_flavor(task, cloud_flavor(task.flavor))
        except CloudRefused as error:
            return Next("take_volume_again", f"The flavor could not be given back: {error}")
        if server.fault:
            return Next("take_volume_again", f"The flavor could not be given back: {server.fault}")
        return Next("take_volume_again") if server.ready else Wait(1)

    def late(self, task: Task) -> str:
        if task.step == "agent":
            return why_silent(self.tools.cloud.compute, task.resource_name)
        return super().late(task)

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        quotas.commit_change(session, instance.project_id, "ram", _more(instance, memo))
        instance.flavor_id = memo["flavor"]["id"]
        instance.flavor_ram = memo["flavor"]["ram"]
        instance.status = InstanceStatus.ACTIVE

    @classmethod
    def give_up(cls, session: Session, instance: Instance, memo: Memo) -> None:
        quotas.forget_change(session, instance.project_id, "ram", _more(instance, memo))

    def _ensure_flavor(self, task: Task, flavor: CloudFlavor) -> Server:
        attempt = f"{task.operation_id}/{task.step}"
        return self.tools.cloud.compute.ensure_flavor(task.resource_name, flavor, attempt)


def _more(instance: Instance, memo: Memo) -> int:
    more: int = memo["flavor"]["ram"] - instance.flavor_ram
    return more

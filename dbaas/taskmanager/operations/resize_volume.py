"""A larger volume: online where the cloud can, else with the database stopped meanwhile."""

from sqlalchemy.orm import Session

from dbaas.db import quotas
from dbaas.db.models import Instance
from dbaas.db.states import InstanceStatus
from dbaas.drivers import NeedsDetached, Volume
from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.operations.recovery import Recovery
from dbaas.taskmanager.outcomes import Fail, Next, Outcome, Restored, Wait
from dbaas.taskmanager.work import Memo, Task, step


class ResizeVolume(Recovery):
    """Its memo has `volume_size`, in GiB."""

    kind = "resize_volume"
    first = "grow_online"
    undo = "turn_back"

    @step
    def grow_online(self, task: Task) -> Outcome:
        try:
            return _once_grown(self._ensure_size(task), "grow_volume")
        except NeedsDetached as error:
            text = f"The database has to be stopped for it: {error}"
            return Next("release_volume", text, memo={"is_released": True})

    @step
    def grow_volume(self, task: Task) -> Outcome:
        done = Next("verify", "The file system has the new size.")
        size = {"size": task.memo["volume_size"]}
        return run_job(self.tools.guest, task, "grow_volume", size, done)

    @step
    def release_volume(self, task: Task) -> Outcome:
        done = Next("detach", "The database is stopped.")
        return run_job(self.tools.guest, task, "release_volume", {}, done)

    @step
    def detach(self, task: Task) -> Outcome:
        volume_id = task.node.volume_id or ""
        if not self.tools.cloud.compute.ensure_detached(task.resource_name, volume_id):
            return Wait(1)
        return Next("grow_detached")

    @step
    def grow_detached(self, task: Task) -> Outcome:
        return _once_grown(self._ensure_size(task), "attach")

    @step
    def attach(self, task: Task) -> Outcome:
        return self._attach(task, Next("take_volume"))

    @step
    def take_volume(self, task: Task) -> Outcome:
        done = Next("verify", "The database is started.")
        size = {"size": task.memo["volume_size"]}
        return run_job(self.tools.guest, task, "take_volume", size, done)

    @step
    def verify(self, task: Task) -> Outcome:
        size = task.memo["volume_size"]
        return verify_health(self.tools.guest, task, f"The volume has {size} GiB.")

    @step
    def turn_back(self, task: Task) -> Outcome:
        if not task.memo.get("is_released"):
            return Restored("The database went on as it was.")
        return Next("attach_again")

    @step
    def attach_again(self, task: Task) -> Outcome:
        return self._attach(task, Next("take_volume_again"))

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        quotas.commit_change(session, instance.project_id, "volumes", _more(instance, memo))
        instance.volume_size = memo["volume_size"]
        instance.status = InstanceStatus.ACTIVE

    @classmethod
    def give_up(cls, session: Session, instance: Instance, memo: Memo) -> None:
        quotas.forget_change(session, instance.project_id, "volumes", _more(instance, memo))

    def _ensure_size(self, task: Task) -> Volume:
        return self.tools.cloud.volumes.ensure_size(task.resource_name, task.memo["volume_size"])

    def _attach(self, task: Task, done: Next) -> Outcome:
        volume_id = task.node.volume_id or ""
        if not self.tools.cloud.compute.ensure_attached(task.resource_name, volume_id):
            return Wait(1)
        return done


def _once_grown(volume: Volume, after: str) -> Outcome:
    if volume.fault:
        return Fail(f"The volume could not be grown: {volume.fault}")
    return Next(after, "The volume is grown.") if volume.ready else Wait(1)


def _more(instance: Instance, memo: Memo) -> int:
    more: int = memo["volume_size"] - instance.volume_size
    return more

"""The steps that bring a database up again after a change which could not be made."""

from oslo_config import cfg

from dbaas.taskmanager.guest_jobs import run_job, verify_health
from dbaas.taskmanager.outcomes import Next, Outcome, Restored
from dbaas.taskmanager.work import Task, Work, step


class Recovery(Work, abstract=True):
    """From `take_volume_again` on; the server has its volume by then."""

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return int(conf.resize_time_out)

    @step
    def take_volume_again(self, task: Task) -> Outcome:
        done = Next("verify_again", "The database is started.")
        return run_job(self.tools.guest, task, "take_volume", {}, done)

    @step
    def verify_again(self, task: Task) -> Outcome:
        return verify_health(self.tools.guest, task, "The database answers again.", Restored)

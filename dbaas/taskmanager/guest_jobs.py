"""Long work on a guest: start a named job, or ask how far it is; both are the same call."""

from typing import Any

from dbaas.rpc.guest import GuestClient
from dbaas.taskmanager.outcomes import Done, Fail, Outcome, Restored, Wait
from dbaas.taskmanager.work import Task

# The guest reports the end of a job at once; this only mends a lost report.
_LOOK_AGAIN = 10.0


def run_job(
    guest: GuestClient, task: Task, kind: str, arguments: dict[str, Any], done: Outcome
) -> Outcome:
    """Make sure that the job of this step runs; `done` once it has succeeded."""
    name = f"{task.operation_id}/{task.step}"
    job = guest.call(task.node.id, "start_job", name=name, kind=kind, args=arguments)
    if job["state"] == "failed":
        return Fail(job["reason"])
    return done if job["state"] == "succeeded" else Wait(_LOOK_AGAIN)


def verify_health(
    guest: GuestClient, task: Task, text: str, end: type[Done | Restored] = Done
) -> Outcome:
    """End the operation only if the guest, asked now, finds its database healthy."""
    report = guest.call(task.node.id, "ping")
    if report["status"] != "HEALTHY":
        return Wait(1)
    seen = {"database_status": report["status"], "database_version": report["version"]}
    return end(text, node=seen)

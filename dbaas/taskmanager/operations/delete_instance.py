"""From an accepted delete to nothing left."""

from oslo_config import cfg
from sqlalchemy.orm import Session

from dbaas.db import quotas
from dbaas.db.models import Instance, utcnow
from dbaas.db.states import InstanceStatus
from dbaas.taskmanager.operations.removal import Removal
from dbaas.taskmanager.outcomes import Done, Outcome
from dbaas.taskmanager.work import Memo, Task, lasting_step


class DeleteInstance(Removal):
    kind = "delete_instance"
    first = "remove_server"
    after_removal = "forget"

    @classmethod
    def timeout(cls, conf: cfg.ConfigOpts) -> int | None:
        return None

    @lasting_step
    def forget(self, task: Task) -> Outcome:
        return Done("The instance is deleted.")

    @classmethod
    def succeed(cls, session: Session, instance: Instance, memo: Memo) -> None:
        quotas.release(session, instance)
        instance.status = InstanceStatus.DELETED
        instance.deleted_at = utcnow()

"""The operations, one module each, by the kind that the API writes into their rows."""

from dbaas.taskmanager.operations.create_instance import CreateInstance
from dbaas.taskmanager.operations.delete_instance import DeleteInstance
from dbaas.taskmanager.operations.resize_flavor import ResizeFlavor
from dbaas.taskmanager.operations.resize_volume import ResizeVolume
from dbaas.taskmanager.operations.restart_instance import RestartInstance
from dbaas.taskmanager.operations.update_access import UpdateAccess
from dbaas.taskmanager.work import Work

OPERATIONS: dict[str, type[Work]] = {
    work.kind: work
    for work in (
        CreateInstance,
        DeleteInstance,
        ResizeFlavor,
        ResizeVolume,
        RestartInstance,
        UpdateAccess,
    )
}

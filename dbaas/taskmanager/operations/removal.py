"""The steps that make sure a node has nothing in the cloud any more."""

from dbaas.taskmanager.outcomes import Next, Outcome, Wait
from dbaas.taskmanager.work import Task, Work, lasting_step


class Removal(Work, abstract=True):
    """From `remove_server` on; what follows the last one is the operation's own."""

    after_removal: str

    @lasting_step
    def remove_server(self, task: Task) -> Outcome:
        if not self.tools.cloud.compute.ensure_no_server(task.resource_name):
            return Wait(1)
        gone = {"server_id": None, "server_status": None, "database_status": None}
        return Next("remove_floating_ip", "The server is gone.", node=gone)

    @lasting_step
    def remove_floating_ip(self, task: Task) -> Outcome:
        self.tools.cloud.networks.ensure_no_floating_ip(task.resource_name)
        gone = {"floating_ip_id": None, "public_address": None}
        return Next("remove_ports", "The public address is given back.", node=gone)

    @lasting_step
    def remove_ports(self, task: Task) -> Outcome:
        self.tools.cloud.networks.ensure_no_ports(task.resource_name)
        ports = ("port_id", "private_address", "management_port_id", "management_address")
        return Next("remove_security_group", "The network ports are gone.", dict.fromkeys(ports))

    @lasting_step
    def remove_security_group(self, task: Task) -> Outcome:
        self.tools.cloud.networks.ensure_no_security_group(task.resource_name)
        return Next("remove_volume", node={"security_group_id": None})

    @lasting_step
    def remove_volume(self, task: Task) -> Outcome:
        if not self.tools.cloud.volumes.ensure_no_volume(task.resource_name):
            return Wait(1)
        return Next(self.after_removal, "The volume is gone.", node={"volume_id": None})

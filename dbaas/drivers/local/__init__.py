"""The cloud on one machine: a server is a guest agent beside the machine's Docker engine.

Docker holds the volumes, the network and the containers; what Docker has no notion of (ports,
floating IPs, servers) is in `registry`, a small SQLite file, so that all is found again by name.
"""

from pathlib import Path

import docker
import oslo_messaging
from oslo_config import cfg

from dbaas.drivers import Cloud
from dbaas.drivers.local.agents import AgentProcesses, Agents, AgentThreads
from dbaas.drivers.local.compute import LocalCompute
from dbaas.drivers.local.images import LocalImages
from dbaas.drivers.local.networks import LocalNetworks
from dbaas.drivers.local.registry import Registry
from dbaas.drivers.local.volumes import LocalVolumes
from dbaas.rpc.transport import is_in_process


def connect(conf: cfg.ConfigOpts, transport: oslo_messaging.Transport) -> Cloud:
    """The cloud in `[local] state_dir`; the agents of its servers are started again."""
    folder = Path(conf.local.state_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    registry = Registry(folder / "cloud.sqlite")
    # A time-out shorter than a task manager's slot, see [taskmanager] lease.
    engine = docker.from_env(timeout=conf.taskmanager.guest_call_timeout)
    agents: Agents = AgentThreads(transport) if is_in_process(conf) else AgentProcesses()
    compute = LocalCompute(conf, registry, engine, agents, folder / "servers")
    compute.resume()
    return Cloud(
        compute=compute,
        images=LocalImages(conf.local.images),
        networks=LocalNetworks(conf.local, registry, engine),
        volumes=LocalVolumes(engine, conf.local.labels),
    )

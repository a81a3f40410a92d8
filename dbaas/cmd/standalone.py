"""`dbaas-standalone`: API, task manager and guest agents in one process on one machine.

It is the same code as the three services; only the URLs and the cloud driver differ. What it
knows lies in one folder, what it makes in the machine's Docker engine; both outlive it.
"""

import argparse
import fcntl
import ipaddress
import os
import sys
from pathlib import Path

import yaml
from oslo_config import cfg

from dbaas import conf as dbaas_conf
from dbaas.api.app import build_app
from dbaas.cmd import reload
from dbaas.cmd.serving import serve
from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.drivers.loading import load_cloud
from dbaas.rpc import transport as rpc_transport
from dbaas.secrets import Vault, create_key_file
from dbaas.taskmanager.service import TaskManager


def main() -> None:
    arguments = _parser().parse_args()
    folder: Path = arguments.state_dir.resolve()  # Docker is told of folders in it
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = _lock(folder)
    conf = _conf(folder, arguments.config_file)
    dbaas_conf.setup_logging(conf)
    _write_clouds_yaml(folder, conf)
    database = Database.from_conf(conf)
    schema.upgrade(database.engine)
    vault = Vault.from_file(conf.security.master_key_file)
    transport = rpc_transport.connect(conf)
    cloud = load_cloud(conf, transport)
    manager = TaskManager(conf, database, transport, cloud, vault, name="standalone")
    reload.on_hangup(conf)
    manager.free_leases()  # the lock says that nobody else runs
    manager.start()
    try:
        app = build_app(conf, database, transport, vault)
        serve(app, conf.bind_host, conf.bind_port, conf.api_threads)
    finally:
        manager.stop()
        os.close(lock)


def _conf(folder: Path, files: list[str] | None) -> cfg.ConfigOpts:
    own_file = folder / "standalone.conf"
    conf = dbaas_conf.load(files=files or ([str(own_file)] if own_file.exists() else []))
    key_file = folder / "master.key"
    if not key_file.exists():
        create_key_file(key_file)
    conf.set_default("auth_strategy", "none")
    conf.set_default("bind_host", "127.0.0.1")
    conf.set_default("transport_url", "fake://")
    conf.set_default("connection", f"sqlite:///{folder / 'dbaas.sqlite'}", group="database")
    conf.set_default("master_key_file", str(key_file), group="security")
    conf.set_default("cloud", "local", group="taskmanager")
    conf.set_default("state_dir", str(folder / "local"), group="local")
    if conf.auth_strategy == "none" and not _is_loopback(conf.bind_host):
        sys.exit("dbaas-standalone: without authentication it listens on loopback only")
    return conf


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _lock(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"dbaas-standalone: another one already runs on {folder}")
    return handle


def _write_clouds_yaml(folder: Path, conf: cfg.ConfigOpts) -> None:
    """For `openstack --os-cloud dbaas`, with OS_CLIENT_CONFIG_FILE or copied to the user's."""
    endpoint = f"http://{conf.bind_host}:{conf.bind_port}/v1.0/demo"
    cloud = {
        "auth_type": "none",
        "auth": {"endpoint": endpoint},
        "database_endpoint_override": endpoint,
    }
    (folder / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"dbaas": cloud}}))


def _parser() -> argparse.ArgumentParser:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    parser = argparse.ArgumentParser(prog="dbaas-standalone", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=state / "dbaas", help="%(default)s")
    parser.add_argument(
        "--config-file", action="append", help="default: standalone.conf in the state folder"
    )
    return parser


if __name__ == "__main__":
    main()

"""How the official `mysql` image, and ours, is run."""

import hashlib
import re
from pathlib import Path

from dbaas.guestagent import files
from dbaas.guestagent.container_spec import ContainerSpec
from dbaas.guestagent.datastores.mysql import config
from dbaas.rpc.guest import Refused

PORT = 3306
_VERSION = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}")
_FIRST_START = "/docker-entrypoint-initdb.d"


class State:
    """The agent's files of this engine, and what they say."""

    def __init__(self, state_dir: Path) -> None:
        self.root = state_dir
        self.socket_dir = state_dir / "socket"
        self.config = state_dir / "dbaas.cnf"
        self.first_start = state_dir / "first-start"
        self.root_password = self.first_start / "root-password"
        self.accounts = self.first_start / "accounts.sql"
        self.admin_password = state_dir / "admin-password"
        self.version = state_dir / "version"
        self.attempted = state_dir / "attempted"
        self.initialised = state_dir / "initialised"


def spec(state: State, repository: str, version: str, memory: int) -> ContainerSpec:
    """The container, with the files it is given. Writes the configuration."""
    text = config.render(memory)
    if files.read(state.config) != text:
        files.write(state.config, text, 0o644)
    files.folder(state.socket_dir, 0o777)
    return ContainerSpec(
        image=f"{repository}:{version}",
        user="mysql",
        data_path="/var/lib/mysql",
        port=PORT,
        environment={
            "MYSQL_ROOT_PASSWORD_FILE": f"{_FIRST_START}/{state.root_password.name}",
            "MYSQL_ROOT_HOST": "localhost",
            "MYSQL_INITDB_SKIP_TZINFO": "1",
        },
        folders={str(state.socket_dir): "/var/run/mysqld"},
        read_only={
            str(state.config): "/etc/mysql/conf.d/dbaas.cnf",
            str(state.first_start): _FIRST_START,
        },
        version=hashlib.sha256(text.encode()).hexdigest(),
    )


def check_version(number: str) -> str:
    """A tag of an image."""
    if not _VERSION.fullmatch(number):
        raise Refused("invalid", f"{number[:80]!r} is not a version")
    return number


def matches(asked: str, running: str) -> bool:
    """Whether 8.4 was asked for and 8.4.7 runs; what is asked for must be there in full."""
    wanted, got = (re.split(r"[.-]", version) for version in (asked, running))
    return got[: len(wanted)] == wanted

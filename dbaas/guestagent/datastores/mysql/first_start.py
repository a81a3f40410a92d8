"""The database's first start: it ends with the agent's account as the only powerful one.

The image's entrypoint makes the accounts, with a temporary server that listens to nobody. It
may be killed at any point; what the next try finds may then be whole, going on, or broken.
"""

import logging
from collections.abc import Callable

from dbaas.guestagent import files
from dbaas.guestagent.container import Container
from dbaas.guestagent.container_spec import ContainerSpec
from dbaas.guestagent.datastores.mysql.image import State
from dbaas.guestagent.datastores.mysql.names import ADMIN
from dbaas.guestagent.datastores.mysql.sql import Door
from dbaas.guestagent.errors import DatabaseDown
from dbaas.secrets import generate_password

LOG = logging.getLogger(__name__)

# The password consists of letters and digits.
_ACCOUNTS = """\
SET SESSION sql_log_bin = 0;
CREATE USER IF NOT EXISTS '{user}'@'localhost' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON *.* TO '{user}'@'localhost' WITH GRANT OPTION;
"""


class FirstStart:
    def __init__(
        self,
        state: State,
        container: Container,
        spec: Callable[[], ContainerSpec],
        door: Callable[[], Door],
        come_up: Callable[[], str],
    ) -> None:
        self._state = state
        self._container = container
        self._spec = spec
        self._door = door
        self._come_up = come_up

    def run(self, may_empty: bool) -> str:
        """The version that runs.

        :param may_empty: whether the volume was made for this database, so that what a try
            that was cut short left there may be thrown away
        """
        self._write_secrets()
        leftovers = may_empty and self._state.attempted.exists()
        self._state.attempted.touch()
        version = self._try_leftovers() if leftovers else self._come_up()
        self._shut_root_out()
        files.write(self._state.root_password, "", 0o644)
        self._state.accounts.unlink(missing_ok=True)
        files.write(self._state.initialised, "")
        return version

    def _try_leftovers(self) -> str:
        try:
            return self._come_up()
        except DatabaseDown as error:
            LOG.warning("the first start begins anew: %s", error)
            self._container.empty_volume(self._spec())
            return self._come_up()

    def _write_secrets(self) -> None:
        """The folder is open to the container; on this machine its parent is closed."""
        password = files.read(self._state.admin_password)
        if password is None:
            password = generate_password()
            files.write(self._state.admin_password, password)
        files.folder(self._state.first_start, 0o755)
        if not files.read(self._state.root_password):
            files.write(self._state.root_password, generate_password(), 0o644)
        files.write(self._state.accounts, _ACCOUNTS.format(user=ADMIN, password=password), 0o644)

    def _shut_root_out(self) -> None:
        with self._door().open() as session:
            session.run("SET SESSION sql_log_bin = 0")
            for (host,) in session.run("SELECT host FROM mysql.user WHERE user = 'root'"):
                session.run("DROP USER %s@%s", "root", host)

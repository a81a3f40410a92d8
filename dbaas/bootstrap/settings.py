"""The configuration: what an operator wrote is kept, what we add is in a file of our own."""

import os
from collections.abc import Iterable
from pathlib import Path

from oslo_config import cfg

from dbaas.bootstrap.report import Report
from dbaas.secrets import generate_password

FILE = "10-bootstrap.conf"
_HEADER = """\
# Made by `dbaas-manage bootstrap`, which reads it again the next time. Your own options go to
# another file: dbaas.conf, or a file of this folder that sorts after this one to override it.
"""
Values = dict[str, dict[str, str]]


class Settings:
    """Options by group and name, as they stand in files.

    :param folder: where our file is, a folder that the services read with --config-dir
    :param others: the files that the services read besides; their options are never changed
    """

    def __init__(self, folder: Path, others: Iterable[Path], dry_run: bool) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._dry_run = dry_run
        self._theirs = _merged(path for path in others if path != self.path)
        self._before = _merged([self.path] if self.path.exists() else [])
        self._ours = {group: dict(options) for group, options in self._before.items()}

    def get(self, group: str, name: str) -> str | None:
        return self._theirs.get(group, {}).get(name) or self._ours.get(group, {}).get(name)

    def is_ours(self, group: str, name: str) -> bool:
        """Whether we may decide on its value."""
        return name not in self._theirs.get(group, {})

    def put(self, group: str, **options: str | None) -> None:
        """Write at once what the operator did not set; None leaves an option as it is."""
        for name, value in options.items():
            if value is not None and self.is_ours(group, name):
                self._ours.setdefault(group, {})[name] = value
        self._write()

    def password(self, group: str, name: str) -> str:
        """The password that stands there, or a new one."""
        password = self.get(group, name)
        if not password:
            password = generate_password()
            self.put(group, **{name: password})
        return password

    def report(self, report: Report) -> None:
        if self._before and self._before != self._ours:
            report.change("configuration", str(self.path), lambda: None)
        else:
            report.ensure("configuration", str(self.path), self._before or None, lambda: {})

    def own(self, path: Path) -> None:
        """Give a file of the folder to the folder's owner, whom the services run as."""
        owner = self.folder.stat()
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)

    def write_secret(self, path: Path, content: str) -> None:
        """Write a file that only the folder's owner can read, whole or not at all."""
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.own(new)
        new.replace(path)

    def _write(self) -> None:
        if self._dry_run or (self.path.exists() and _merged([self.path]) == self._ours):
            return
        self.write_secret(self.path, _HEADER + _as_text(self._ours))


def _as_text(values: Values) -> str:
    return "".join(
        f"\n[{group}]\n"
        # A $ would name another option.
        + "".join(f"{name} = {value.replace('$', '$$')}\n" for name, value in options.items())
        for group, options in values.items()
    )


def _merged(paths: Iterable[Path]) -> Values:
    values: Values = {}
    for path in paths:
        sections: dict[str, dict[str, list[str]]] = {}
        cfg.ConfigParser(str(path), sections).parse()
        for group, options in sections.items():
            values.setdefault(group, {}).update(
                {name: lines[-1].replace("$$", "$") for name, lines in options.items()}
            )
    return values

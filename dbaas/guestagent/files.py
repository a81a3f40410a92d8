"""Small files that are either the old or the new ones, whenever the power goes."""

import os
from pathlib import Path


def read(path: Path) -> str | None:
    """The text of the file, None if it is not there."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace the file. Nobody but its owner ever sees it if the mode says so."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def folder(path: Path, mode: int = 0o700) -> Path:
    """The folder, made if it is not there; the umask does not matter."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(mode)
    return path

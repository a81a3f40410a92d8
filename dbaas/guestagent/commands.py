"""Programs of the machine, with what they said when they fail."""

import subprocess
from pathlib import Path

from dbaas.guestagent.errors import GuestError

_TIMEOUT = 600


def run(*words: str | Path) -> str:
    """What it printed. Raises GuestError."""
    command = [str(word) for word in words]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GuestError(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-300:]
        raise GuestError(f"{command[0]} failed: {said}")
    return done.stdout

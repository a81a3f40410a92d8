"""Commands of the machine, with what they said when they fail."""

import subprocess
from pathlib import Path
from typing import IO

from dbaas.guestimage.errors import BuildError

_SHOWN = 15
Word = str | Path


def run(*words: Word, stdin: IO[bytes] | None = None) -> str:
    """What it printed. Raises BuildError with the last lines where it fails."""
    done = subprocess.run(
        [str(word) for word in words],
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise failure(words[0], done.stdout)
    return done.stdout


def failure(command: Word, said: str) -> BuildError:
    return BuildError(f"{command} failed:\n" + "\n".join(said.splitlines()[-_SHOWN:]))

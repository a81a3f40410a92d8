"""A build has its own processes and mounts: when it ends, however it does, they are gone."""

import os
import sys

_INSIDE = "DBAAS_IMAGE_ISOLATED"
_UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def enter() -> None:
    """Run this very command again in namespaces of its own, unless that was done."""
    if os.environ.pop(_INSIDE, None) is None:
        again = [sys.executable, "-m", "dbaas.cmd.image", *sys.argv[1:]]
        os.execvpe(_UNSHARE[0], [*_UNSHARE, *again], {**os.environ, _INSIDE: "yes"})

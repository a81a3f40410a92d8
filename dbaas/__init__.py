"""A database-as-a-service control plane for OpenStack clouds."""

import sys

__version__ = "0.1.0"

# oslo's libraries import eventlet where it is installed, at 0.3 s a process and with a warning,
# and oslo.service prefers it. Nothing here uses it, so it is not to be found.
sys.modules.setdefault("eventlet", None)  # type: ignore[arg-type]

from oslo_service import backend  # noqa: E402

if backend.get_backend_type() is None:  # a program that imports us for our options has chosen
    backend.init_backend(backend.BackendType.THREADING)

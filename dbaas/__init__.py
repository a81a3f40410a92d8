"""A database-as-a-service control plane for OpenStack clouds."""

from oslo_service import backend

__version__ = "0.1.0"

# oslo.messaging imports oslo.service, which takes eventlet unless it is told otherwise before.
backend.init_backend(backend.BackendType.THREADING)

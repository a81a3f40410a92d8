"""The tests; their tree mirrors that of `dbaas`."""

import dbaas  # noqa: F401 - chooses threads before any test module imports oslo.messaging

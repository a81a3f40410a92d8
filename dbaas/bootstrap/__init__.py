"""Setting the service up in a cloud: each module makes what its name says, if it is not there.

Every secret is written to the configuration before whatever has it is made, and everything else
is found again by its name, so a run that was killed is completed by the next one.
"""

DATABASE_ADMIN_URL = "DBAAS_DATABASE_ADMIN_URL"
BROKER_ADMIN_URL = "DBAAS_BROKER_ADMIN_URL"
"""Variables of the environment, as secrets don't belong on a command line."""


class BootstrapError(Exception):
    """The set-up cannot go on; the text says what to do."""

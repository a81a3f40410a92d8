"""Setting the service up in a cloud: each module makes what its name says, if it is not there.

Every secret is written to the configuration before whatever has it is made, and everything else
is found again by its name, so a run that was killed is completed by the next one.
"""


class BootstrapError(Exception):
    """The set-up cannot go on; the text says what to do."""

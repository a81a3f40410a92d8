"""What can go wrong on a guest. The texts are fit for the instance's owner."""


class GuestError(Exception):
    """A job cannot be done; the text says why, and what can be done about it."""


class ContainerError(GuestError):
    """Docker refused or does not answer."""


class DatabaseDown(GuestError):
    """The database did not come up."""


class Interrupted(Exception):
    """The connection broke in the middle of a change: nobody knows whether it was done."""


class Stopping(Exception):
    """The agent is being stopped; an unfinished job goes on at its next start."""

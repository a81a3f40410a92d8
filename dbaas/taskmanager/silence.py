"""Why a guest never called home, as far as it can be seen from outside."""

from collections.abc import Sequence

from dbaas.drivers import CloudError, Compute

_MARK = "dbaas-guest:"
"""What the guest agent's lines on the console begin with."""
_LINES = 10


def why_silent(compute: Compute, name: str) -> str:
    """A fault: how far the server came, with the last lines of its console if there are any."""
    try:
        look = compute.look(name)
    except CloudError as error:
        return f"The guest agent never answered, and the cloud can't be asked why: {error}"
    if look is None:
        return "The guest agent never answered: its server is gone."
    if look.status != "ACTIVE":
        return f"The guest agent never answered: its server is {look.status}."
    reason = f"The guest agent never answered. {_how_far(look.console)}"
    tail = "\n".join(look.console[-_LINES:])
    return f"{reason} The last lines of its console:\n{tail}" if tail else reason


def _how_far(console: Sequence[str]) -> str:
    """In the agent's own words, if it got so far as to say any."""
    said = [line.partition(_MARK)[2].strip() for line in console if _MARK in line]
    if said:
        return f"The last it said is: {said[-1]}."
    if any("login:" in line for line in console):
        return "The server booted, but the agent was not started: is it the right image?"
    return "The server runs, but did not finish booting." if console else "The server runs."

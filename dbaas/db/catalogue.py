"""The copies of the cloud's flavors and networks."""


class NotSeen(ValueError):
    """Not so in our copy, but perhaps in the cloud by now; the text says which field and what."""

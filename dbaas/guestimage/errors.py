"""What can keep an image from being built."""


class BuildError(Exception):
    """The text says what is wrong, and what can be done about it."""

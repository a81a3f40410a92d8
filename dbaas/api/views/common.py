"""What several nouns share."""

from datetime import datetime


def date(when: datetime | None) -> str | None:
    """ISO 8601 without fractions and without zone; it is UTC."""
    return when.replace(microsecond=0).isoformat() if when else None

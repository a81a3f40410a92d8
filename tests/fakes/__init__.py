"""The edges of the system, played in memory."""

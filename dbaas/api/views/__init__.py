"""What answers look like, by noun."""

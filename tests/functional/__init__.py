"""Everything together, as its users see it: real processes, databases, clients and kills."""

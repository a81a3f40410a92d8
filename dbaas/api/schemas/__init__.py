"""JSON Schemas of request bodies, by noun; a `description` is the reason a caller is told."""

"""Scripts as data, their index and their success."""

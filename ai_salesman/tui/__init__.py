"""The transcript reader."""

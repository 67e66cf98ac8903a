"""Campaign files, the runner and the store."""

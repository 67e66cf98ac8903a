"""The report of a run: one page to pass on."""

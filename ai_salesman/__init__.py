"""Simulated sales calls by the hundred: run them, read them, score them."""

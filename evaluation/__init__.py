"""Judges, scores, statistics."""

"""Defects that are planted in sound calls, to see whether the judges notice."""

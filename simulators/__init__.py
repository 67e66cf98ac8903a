"""The buying side: personas, populations, simulated customers."""

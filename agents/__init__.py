"""The selling side: planners, salesmen, claims guard."""

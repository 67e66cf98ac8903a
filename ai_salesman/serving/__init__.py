"""The salesman of a campaign as an OpenAI-compatible endpoint."""

"""The vocabulary of a sales call; imports nothing else of ours."""

"""Hand-written utterances, and dialogues built from them."""

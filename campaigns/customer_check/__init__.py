"""Can this simulated customer be believed? Checks of a customer, one module each."""

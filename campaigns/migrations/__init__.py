"""How the tables of the run store came to be what they are, step by step (Alembic)."""

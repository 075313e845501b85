"""Links, checkouts and what became of the money."""

"""The road outward: claim, decide again, make, hand over, and follow what became of it."""

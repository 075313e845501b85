"""The practice's people: who they are, and when they step into a thread."""

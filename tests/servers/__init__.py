"""Real servers out of pip wheels, started once for a test session."""

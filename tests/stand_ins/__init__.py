"""Stand-ins for providers, on loopback."""

"""Mail that came in: read in a process that may be killed, its sender checked, and turned into what happened."""

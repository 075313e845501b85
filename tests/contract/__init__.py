"""What others publish about their interfaces, held against what we send."""

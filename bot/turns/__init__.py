"""The road inward: arrivals become turns, a batch at a time."""

"""What a turn, a send or a reader may know, gathered for many at once."""

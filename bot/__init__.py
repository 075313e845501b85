"""Everything that touches the world: doors, database, channels, payments, command line."""

"""What paybot says and why: the pure core. Events in, effects out; nothing here touches the world."""

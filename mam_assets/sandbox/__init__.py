"""A small world of stand-in servers on loopback, for the demo and the tests. It shares no code with the clients."""

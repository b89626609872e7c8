"""The sessions that are open, and what the world is told of them."""

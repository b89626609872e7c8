"""Deliberate faults in the core, one at a time; a test must detect each of them."""

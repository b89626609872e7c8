"""Deliberate faults in the core, one at a time, each of which some test must find."""

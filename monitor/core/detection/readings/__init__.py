"""Readings in: had before, placed in time, believed, and what follows; or thought of anew."""

"""Data of a cuff: pressures that belong together, and records from its memory."""

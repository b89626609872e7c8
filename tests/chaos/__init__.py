"""A seeded random schedule of faults under load, and what must hold at its end: `make chaos`."""

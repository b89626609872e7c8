"""Protocols of a session as data: phases, limits, schedule, gates; and the baseline."""

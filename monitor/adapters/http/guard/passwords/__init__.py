"""Passwords and PINs: fair queueing of checks, rate limits, and rejection of weak passwords."""

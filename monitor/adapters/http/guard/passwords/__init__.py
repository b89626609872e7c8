"""Passwords and PINs: checked in fair turns, tried so often, and which are refused."""

"""Mirrors the modules; `parts` holds the real servers and programs that tests run against."""

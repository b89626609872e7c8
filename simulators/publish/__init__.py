"""Sends what simulated devices have to say to a broker, at a chosen speed.

The only place of this package that waits, reads a clock or opens a connection.
"""

"""Publishes the messages of simulated devices to a broker, at a chosen speed.

The only part of this package that waits, reads a clock or opens a connection.
"""

"""Simulated people, straps, cuffs and bad networks. Imports no module of `monitor`.

Everything except `simulators.publish` is pure: the time is an argument, the messages to send and
the time of the next call are returned as data, and chance comes from seeded generators.
"""

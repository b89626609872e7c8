"""Decides. Pure: no input or output, no clock, no asyncio, no logging, no framework.

`monitor.core.encounter.Encounter` is the only door: time and inputs go in, events come out.
Times are float seconds since the Unix epoch (UTC) and are always handed in.
"""

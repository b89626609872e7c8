"""All decisions. Pure: no input or output, no clock, no asyncio, no logging, no framework.

`monitor.core.encounter.Encounter` is the only entry point: it takes the time and inputs and
returns events. Times are float seconds since the Unix epoch (UTC), always passed in as arguments.
"""

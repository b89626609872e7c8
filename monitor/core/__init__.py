"""The decisions about a session, as pure code: no I/O, clock, asyncio, logging or framework.

`monitor.core.encounter.Encounter` is the only entry point: it takes the time and inputs and
returns events. Times are float seconds since the Unix epoch (UTC), always passed in as arguments.
"""

"""The service: connects the other packages, and owns the clock and the task group.

clock       the only clock
turnstile   the proxy in front of a broker, as a separate process
process     start, task group and end of the process; its logs, watchdog and commands; the demo
setup       users and devices from the command line, the choice of database, the first administrator
desk        the requests of people through the web
health      broker, event loop, canary, readiness, and whether a person watches
ingest      from a broker message to decisions, and its confirmation to the device
notices     from a decision to a notice, its delivery and its result
sessions    the running sessions: inputs, deadlines, publication, restart
"""

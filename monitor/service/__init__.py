"""Wires the rooms, owns the clock and the task group.

clock       the one clock
topics      what a topic means
acks        what devices are told of what is on disk
deadlines   when each encounter wants to be asked again
session     one open encounter and what surrounds it
ward        the running sessions; the one path by which anything happens to them
tally       how readings ended, for /metrics
ingest      from a message to decisions, and its confirmation
outward     what browsers and the broker's other clients are told
desk        what people ask for
restart     encounters as the last process left them
hearing     whether devices can be heard
lag         by how much the event loop comes late
repeats     lines of the log that repeat
operation   is everything working
run         the process: start, task group, end
turnstile   what stands before a broker, as a process of its own
demo        the whole product on embedded parts, with simulated sessions
accounts    users and devices, from the command line
commands    the commands for them; what they ask for is in `asking`
places      which database a command means
first_run   the link that makes the first administrator
"""

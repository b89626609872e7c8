"""Monitoring gaps: stretches of a session without the service, or without its link to devices.

Readings of that time may come later, and are judged then; that they were not monitored when it was
time to act is a separate fact, and stays on the record. Gaps never overlap, so that their lengths
can be added up.
"""

from typing import Final

from monitor.core.state import State
from monitor.core.vocabulary.events import Event, Unwatched
from monitor.core.vocabulary.inputs import Interrupted
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.words import FaultCondition

BLINDS: Final[FaultCondition] = "broker_lost"


def interrupted(state: State, given: Interrupted, now: float) -> list[Event]:
    """Record the gap after a restart, from the loss of the link on if that came first."""
    heard_nothing(state, now)
    fault = state.watch.faults.get(BLINDS)
    since = given.since if fault is None else min(given.since, fault.since)
    return note(state, since, given.until, given.because or plain(given.why), now)


def heard_nothing(state: State, now: float) -> None:
    """Note for all devices that messages sent meanwhile may have been queued."""
    for device in [*state.devices.sources, *state.devices.known]:
        went_away(state, device, now)


def went_away(state: State, device: str, now: float, *, surely: bool = True) -> None:
    """Note that a device's next messages may have been queued, even if it is a new device."""
    source = state.devices.source(device)
    source.clock.went_away(surely=surely)
    source.cuff.went_away(now)


def link_back(state: State, since: float, now: float) -> list[Event]:
    return note(state, since, now, Reason("link_lost"), now)


def note(state: State, since: float, until: float, because: Reason, now: float) -> list[Event]:
    """Record the part of this stretch that is not on the record yet."""
    since = max(since, state.watch.unwatched_until or state.session.opened_at)
    until = min(until, now)
    if until <= since:
        return []
    state.watch.note_unwatched(until)
    state.episodes.unwatched(since, until)
    return [Unwatched(at=now, since=since, until=until, because=because)]

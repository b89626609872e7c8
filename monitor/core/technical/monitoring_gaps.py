"""Stretches of a session in which nobody watched: the service did not run, or heard no device.

What was measured meanwhile may come later, and is judged then; that nobody looked at it when it was
time to act is a fact of its own, and stays on the record. Stretches never overlap, so that their
lengths may be added up.
"""

from typing import Final

from monitor.core.state import Source, State
from monitor.core.vocabulary.events import Event, Unwatched
from monitor.core.vocabulary.inputs import Interrupted
from monitor.core.vocabulary.words import FaultCondition

BLINDS: Final[FaultCondition] = "broker_lost"
_LINK: Final = "the link to the devices was lost"


def interrupted(state: State, given: Interrupted, now: float) -> list[Event]:
    """The service runs again. What blinded it before it ended has blinded it until then."""
    heard_nothing(state, now)
    fault = state.service_faults.get(BLINDS)
    since = given.since if fault is None else min(given.since, fault.since)
    return note(state, since, given.until, given.why, now)


def heard_nothing(state: State, now: float) -> None:
    """What devices sent meanwhile may have waited for us."""
    for device in [*state.sources, *state.devices]:
        went_away(state, device, now)


def went_away(state: State, device: str, now: float, *, surely: bool = True) -> None:
    """What comes of it now may have waited, also of one that was not heard before."""
    source = state.sources.setdefault(device, Source())
    source.clock.went_away(surely=surely)
    source.cuff.went_away(now)


def link_back(state: State, since: float, now: float) -> list[Event]:
    return note(state, since, now, _LINK, now)


def note(state: State, since: float, until: float, why: str, now: float) -> list[Event]:
    """Put on the record what of this stretch is not there yet."""
    since = max(since, state.unwatched_until or state.opened_at)
    until = min(until, now)
    if until <= since:
        return []
    state.unwatched_until = until
    state.episodes.unwatched(since, until)
    return [Unwatched(at=now, since=since, until=until, why=why)]

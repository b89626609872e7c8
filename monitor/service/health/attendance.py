"""Whether a person watches: derived from the reports of the pages, and passed to the core.

A page keeps its lease by an answer to each heartbeat. A hidden tab answers too, because it needs no
timer of the page, which browsers slow down. A page counts if its user may act, and it is visible or
proven audible. A page that reloads is gone for a moment; the core is notified of an absence once it
has lasted longer than that, and with the time at which it began.
"""

from typing import Final

from monitor.adapters.live.hub import Hub
from monitor.core.vocabulary.inputs import Attended
from monitor.service.clock import Clock
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward, in_turns

MOMENT_S: Final = 5.0
A_TURN: Final = 20  # sessions, after which other tasks run


class Attendance:
    """Reports to each session whether a person watches: call `look` once a second."""

    def __init__(self, clock: Clock, hub: Hub, ward: Ward) -> None:
        self._clock = clock
        self._hub = hub
        self._ward = ward
        self._last = clock.now()
        self._ever = False

    async def look(self) -> None:
        now, newest = self._clock.now(), self._hub.attended_at()
        watched = newest is not None
        if newest is not None:
            self._ever, self._last = True, newest
        async for session in in_turns(self._ward.running, A_TURN):
            if watched:
                self._tell(session, None, now)
            elif self._judged(session):
                self._tell(session, self._last, now)

    def _judged(self, session: Session) -> bool:
        """Return whether an absence counts: not in a demonstration before its first viewer, and not
        while a past is played."""
        demo = session.encounter.state.session.facts.mode == "demo"
        return not self._clock.following and (self._ever or not demo)

    def _tell(self, session: Session, since: float | None, now: float) -> None:
        known = session.encounter.state.supervision.unattended_since
        if since is None and known is not None:
            self._ward.apply(session, Attended(watched=True), now)
        elif since is not None and known is None and now - since >= MOMENT_S:
            self._ward.apply(session, Attended(watched=False, since=since), now)

"""One connected page: the messages that wait to be sent to it, and its last report of itself.

A seat keeps

- one slot per encounter for the newest status: it replaces an older one that was not sent yet;
- a queue of alarm transitions that is never thinned. When it is full the page has fallen behind
  beyond repair: the seat is ended, and the page reconnects and receives a snapshot;
- one slot for the heartbeat, and one for a role that changed.

`seq` is assigned when a message is taken, hence contiguous on each connection.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, Protocol

import msgspec
from msgspec import Struct

ALARMS_WAITING: Final = 1000
# A page answers every heartbeat. After this many without an answer it no longer counts as watched.
UNANSWERED: Final = 5
# Our page never sends more messages than this between two heartbeats; when it opens, it reports
# each alarm that it shows.
CHATTER: Final = 200
ALARM_ID_AT_MOST: Final = 128

FELL_BEHIND: Final = 1013
MISUSED: Final = 1008


class HubPort(Protocol):
    """The part of the hub that a seat uses."""

    def welcome(self, seat: "Seat") -> None:
        """Queue this page for its snapshot: the hub calls `begin` for all that wait."""

    def time(self) -> float:
        """Return the time of the service's clock."""

    def shown(self, alarm_id: str, by: str) -> None:
        """A page reports that it displayed this alarm."""

    def took(self) -> None:
        """A message was taken for sending: count it."""

    def ignored(self) -> None:
        """A page's message was not understood: count it."""


class Presence(Struct, frozen=True, kw_only=True):
    """The last report of one page. `since`: when this state began (service's clock)."""

    user: str
    role: str
    visible: bool
    audible: bool
    since: float


class Ending(Struct, frozen=True):
    """Why a seat was ended: a WebSocket close code and a short reason."""

    code: int
    reason: str


class _Presence(Struct, tag_field="type", tag="presence"):
    visible: bool
    audible: bool


class _Shown(Struct, tag_field="type", tag="shown"):
    alarm: str


_HEARD: Final = msgspec.json.Decoder(_Presence | _Shown)


class Seat:
    """The messages for one page: the hub puts them in and never waits; one task sends them.

    answered   when the page last reported its presence (service's clock)
    """

    def __init__(self, house: HubPort, sign_in: str, user: str, role: str) -> None:
        self.sign_in = sign_in
        self.user = user
        self.role = role
        self.presence: Presence | None = None
        self.answered = 0.0
        self.ending: Ending | None = None
        self._house = house
        self._seq = 0
        self._begun = False
        self._first = ""
        self._alarms: deque[str] = deque()
        self._statuses: dict[str, str] = {}
        self._beat = ""
        self._person = ""
        self._unanswered = 0
        self._heard = 0
        self._wake = asyncio.Event()

    # --- from the hub ---

    def begin(self, snapshot: str) -> None:
        """Put in the first message, with `seq` 1, made now: it contains every status until now.

        Transitions are kept: a snapshot shows the present state, not the events.
        """
        self._statuses.clear()
        self._first = snapshot
        self._begun = True
        self._wake.set()

    def alarm(self, encounter_id: str, text: str) -> None:
        # A transition overtakes all waiting messages. A status from before it would come after it
        # and remove the alarm from the page again; the next status follows anyway.
        self._statuses.pop(encounter_id, None)
        if len(self._alarms) >= ALARMS_WAITING:
            self.end(FELL_BEHIND, "fell behind, connect again")
            return
        self._alarms.append(text)
        self._wake.set()

    def status(self, encounter_id: str, text: str) -> None:
        self._statuses[encounter_id] = text
        self._wake.set()

    def heartbeat(self, text: str) -> None:
        self._beat = text
        self._heard = 0
        self._unanswered += 1
        if self._unanswered > UNANSWERED:
            self.presence = None
        self._wake.set()

    def appoint(self, role: str, text: str) -> None:
        """Set another role, and notify the page."""
        self.role = role
        if self.presence is not None:
            self.presence = msgspec.structs.replace(self.presence, role=role)
        self._person = text
        self._wake.set()

    def end(self, code: int, reason: str) -> None:
        """End the seat: it sends no more. The first reason remains."""
        if self.ending is None:
            self.ending = Ending(code, reason)
            self.presence = None
            self._wake.set()

    # --- to the page ---

    async def messages(self) -> AsyncIterator[str]:
        """Yield the snapshot, then each message that comes, until the seat is ended."""
        if self.ending is None:
            self._house.welcome(self)
        while self.ending is None:
            text = self._next() if self._begun else ""
            if text:
                self._seq += 1
                self._house.took()
                # The snapshot is one text for all pages that waited for it, and may be megabytes.
                yield text if self._seq == 1 else f'{{"seq":{self._seq},{text[1:]}'
            else:
                self._wake.clear()
                await self._wake.wait()

    def _next(self) -> str:
        if self._first:
            text, self._first = self._first, ""
            return text
        if self._alarms:
            return self._alarms.popleft()
        if self._person:
            text, self._person = self._person, ""
            return text
        if self._beat:
            text, self._beat = self._beat, ""
            return text
        if self._statuses:
            return self._statuses.pop(next(iter(self._statuses)))
        return ""

    # --- from the page ---

    def hear(self, message: str | bytes) -> None:
        """Process a page's message. One that is not understood is counted, and has no effect."""
        if self.ending is not None:
            return
        self._heard += 1
        if self._heard > CHATTER:
            self.end(MISUSED, "too many messages")
            return
        try:
            heard = _HEARD.decode(message)
        except (msgspec.DecodeError, UnicodeError):
            self._house.ignored()
            return
        if isinstance(heard, _Shown):
            self._house.shown(heard.alarm[:ALARM_ID_AT_MOST], self.user)
        else:
            self._present(heard)

    def _present(self, heard: _Presence) -> None:
        self._unanswered = 0
        self.answered = self._house.time()
        old = self.presence
        if old is None or (old.visible, old.audible) != (heard.visible, heard.audible):
            self.presence = Presence(
                user=self.user,
                role=self.role,
                visible=heard.visible,
                audible=heard.audible,
                since=self._house.time(),
            )

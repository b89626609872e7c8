"""One connected page: what it has yet to be sent, and what it said of itself.

A seat keeps

- one slot per encounter for the newest status: an older one that was not sent yet is replaced;
- a queue of alarm transitions that is never thinned. When it is full the page has fallen behind
  beyond repair: the seat is ended and the page comes back to a snapshot;
- one slot for the heartbeat, and one for a role that changed.

`seq` is given out when a message is taken, hence contiguous on each connection.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, Protocol

import msgspec
from msgspec import Struct

ALARMS_WAITING: Final = 1000
# A page answers every heartbeat. After this many without an answer nobody is known to watch.
UNANSWERED: Final = 5
# More messages than this between two heartbeats do not come from a page; one that is opened names
# each alarm that it shows.
CHATTER: Final = 200
ALARM_ID_AT_MOST: Final = 128

FELL_BEHIND: Final = 1013
MISUSED: Final = 1008


class HubPort(Protocol):
    """What a seat needs of the hub."""

    def welcome(self, seat: "Seat") -> None:
        """This page waits for its snapshot: `begin` it, with all others that wait."""

    def time(self) -> float:
        """The service's clock."""

    def shown(self, alarm_id: str, by: str) -> None:
        """A page says that it displayed this alarm."""

    def took(self) -> None:
        """A message was taken for sending: count it."""

    def ignored(self) -> None:
        """A page's message was not understood: count it."""


class Presence(Struct, frozen=True, kw_only=True):
    """What one page last said of itself. `since`: when it began to be so (service's clock)."""

    user: str
    role: str
    visible: bool
    audible: bool
    since: float


class Ending(Struct, frozen=True):
    """Why a seat was ended: a WebSocket close code and a few words."""

    code: int
    reason: str


class _Presence(Struct, tag_field="type", tag="presence"):
    visible: bool
    audible: bool


class _Shown(Struct, tag_field="type", tag="shown"):
    alarm: str


_HEARD: Final = msgspec.json.Decoder(_Presence | _Shown)


class Seat:
    """The hub puts in and never waits; one task takes out and sends.

    answered   when the page last said something of itself (service's clock)
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
        """The first message, with `seq` 1, made now: every status until now is in it. Transitions
        are kept: a snapshot says what stands, not what happened."""
        self._statuses.clear()
        self._first = snapshot
        self._begun = True
        self._wake.set()

    def alarm(self, encounter_id: str, text: str) -> None:
        # A transition overtakes whatever waits. A status from before it would come after it and
        # take the alarm off the page again; the next one follows anyway.
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
        """Another role, which the page is told of."""
        self.role = role
        if self.presence is not None:
            self.presence = msgspec.structs.replace(self.presence, role=role)
        self._person = text
        self._wake.set()

    def end(self, code: int, reason: str) -> None:
        """Nothing more is sent. The first reason stands."""
        if self.ending is None:
            self.ending = Ending(code, reason)
            self.presence = None
            self._wake.set()

    # --- to the page ---

    async def messages(self) -> AsyncIterator[str]:
        """The snapshot, then everything that comes, until the seat is ended."""
        if self.ending is None:
            self._house.welcome(self)
        while self.ending is None:
            text = self._next() if self._begun else ""
            if text:
                self._seq += 1
                self._house.took()
                # The snapshot is one text for all who came with it, and may be megabytes.
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
        """Take a page's message. What is not understood is counted and changes nothing."""
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

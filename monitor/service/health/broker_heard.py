"""Whether devices can be heard: our own test message goes round through the broker and comes back.

A connection is no proof of that. It may be half open, or granted nothing, or the broker may have
forgotten us; and no connection for a moment is no news either. What counts is how long ago the last
proof was, and that it is not ourselves who did not listen: a loop that was held up reads first what
has come, and what it finds then was an answer in time.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from monitor.adapters.mqtt import AiomqttPort
from monitor.service.clock import Clock
from monitor.service.sessions.open_sessions import Ward

DEAF_S: Final = 2.5  # a canary flies every second: two of them were not back
OWED_S: Final = 1.5  # of the first of these two
# While there is more to read than is read, the test message may be behind it. Not for ever: what
# is behind it as well, nobody watches.
BEHIND_S: Final = 10.0
LOOK_S: Final = 0.25


class Hearing:
    """`said` is told of the connection; `run` looks at the proofs and tells every session.

    lateness  by how much this loop has come late, added up, s
    heard     something was, once
    untrusted why the broker cannot be trusted; "" if it can
    deaf      nothing is heard, and has not been for so long that it is an alarm; None: too early
    """

    def __init__(
        self, clock: Clock, ward: Ward, lateness: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._clock = clock
        self._ward = ward
        self._lateness = lateness
        # When something was heard last, or it began; and the lateness by then.
        self._proof: tuple[float, float] = (clock.real(), 0.0)
        self._reason = ""
        self.port: AiomqttPort | None = None
        self.deaf: bool | None = None
        self.heard = asyncio.Event()
        self.untrusted = ""

    def said(self, connected: bool, reason: str) -> None:
        self._reason = reason

    def contested(self, reason: str) -> None:
        """Somebody fights for our client id; "": it is over."""
        if reason:
            self._ward.fault("broker_contested", reason)
        else:
            self._ward.fault_over("broker_contested")

    def strangers(self, reason: str) -> None:
        """Why the broker cannot be trusted to keep strangers out; "": it keeps them out."""
        if reason != self.untrusted or not reason:
            self._ward.fault_over("broker_open")  # also what an earlier process told
        if reason:
            self._ward.fault("broker_open", reason)
        self.untrusted = reason

    @property
    def reason(self) -> str:
        """Why nothing is heard; "" while something is."""
        if self.port is None or not self.port.connected:
            return self._reason or "not connected yet"
        return "our own test message does not come back" if self.deaf else self.untrusted

    async def run(self) -> None:
        self._proof = (self._clock.real(), self._lateness())
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        unheard = self._unheard()  # first: it may find a proof
        proven = self.port.proven_at if self.port is not None else None
        if proven is not None and proven > self._proof[0]:
            self._proof = (proven, self._lateness())
        silent = self._clock.real() - self._proof[0]
        # A clock that is moved by hand stands for a past that is played, not for anybody's safety.
        if self._clock.following or silent <= DEAF_S:
            if proven is not None and self.deaf is not False:
                self.deaf = False
                self.heard.set()
                self._ward.fault_over("broker_lost")
        elif not self.deaf and unheard:
            self.deaf = True
            since = self._clock.now() - silent * self._clock.speed
            self._ward.fault("broker_lost", self.reason, since)

    def _unheard(self) -> bool:
        """Does the broker not answer, or is there no way to it, for so long that it is told?"""
        port, now = self.port, self._clock.real()
        if port is None or not port.connected:
            proof, late = self._proof
            ours = min(self._lateness() - late, DEAF_S)
            return now - proof - ours > DEAF_S
        if port.owed_s <= OWED_S:
            return False
        read = port.listen()
        return port.owed_s > (OWED_S if read else BEHIND_S)

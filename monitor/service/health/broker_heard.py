"""Whether messages of devices arrive: our own test message goes through the broker and returns.

A connection is no proof of that. It may be half open, the broker may have granted no subscription
or forgotten our session; and a short loss of the connection proves no fault either. The criterion
is the age of the last proof, provided that the delay is not our own: a loop that was blocked first
reads the messages that have arrived, and a test message among them was in time.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from monitor.adapters.mqtt import AiomqttPort
from monitor.service.clock import Clock
from monitor.service.sessions.open_sessions import Ward

DEAF_S: Final = 2.5  # a test message leaves every second: two of them did not return
OWED_S: Final = 1.5  # since the first of these two left
# While there are messages left to read, the test message may be behind them. Not for ever: readings
# behind them are not watched either.
BEHIND_S: Final = 10.0
LOOK_S: Final = 0.25


class Hearing:
    """Detects that no messages arrive: `said` receives the state of the connection, `run` checks
    the proofs and reports to every session.

    lateness  the total lateness of this loop, s
    heard     set after the first proof
    untrusted why the broker cannot be trusted; "" if it can
    deaf      no messages have arrived for so long that it is an alarm; None: too early to know
    """

    def __init__(
        self, clock: Clock, ward: Ward, lateness: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._clock = clock
        self._ward = ward
        self._lateness = lateness
        # Time of the last proof, or of the start; and the lateness by then.
        self._proof: tuple[float, float] = (clock.real(), 0.0)
        self._reason = ""
        self.port: AiomqttPort | None = None
        self.deaf: bool | None = None
        self.heard = asyncio.Event()
        self.untrusted = ""

    def said(self, connected: bool, reason: str) -> None:
        self._reason = reason

    def contested(self, reason: str) -> None:
        """Note that another client contests our client id; "": not any more."""
        if reason:
            self._ward.fault("broker_contested", reason)
        else:
            self._ward.fault_over("broker_contested")

    def strangers(self, reason: str) -> None:
        """Note why the broker cannot be trusted to keep strangers out; "": it keeps them out."""
        if reason != self.untrusted or not reason:
            self._ward.fault_over("broker_open")  # also a fault that an earlier process reported
        if reason:
            self._ward.fault("broker_open", reason)
        self.untrusted = reason

    @property
    def reason(self) -> str:
        """Why no messages are received; "" while they are."""
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
        # A following clock plays a past: no one's safety depends on it.
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
        """Return whether the broker has been silent or not connected for so long that it is
        reported."""
        port, now = self.port, self._clock.real()
        if port is None or not port.connected:
            proof, late = self._proof
            ours = min(self._lateness() - late, DEAF_S)
            return now - proof - ours > DEAF_S
        if port.owed_s <= OWED_S:
            return False
        read = port.listen()
        return port.owed_s > (OWED_S if read else BEHIND_S)

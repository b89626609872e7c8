"""Virtual time: where it starts, how fast it runs, and waiting in it."""

import asyncio
import math
import time

import httpx
from msgspec import Struct

from simulators.errors import Failed, WrongUse
from simulators.native import seconds
from simulators.outbox import RESEND_S
from simulators.terminal import note

UNCONFIRMED_S = 5.0
# A service that is there may be busy; where nobody is there, this is soon told.
PATIENCE = httpx.Timeout(5.0, connect=2.0)
ASKED = 3  # the quickest of so many answers is the most exact


class VirtualClock:
    """`origin` when it is made, then `speed` virtual seconds for each real one."""

    def __init__(self, origin: float, speed: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self.speed = speed
        self._origin = origin
        self._started = self._loop.time()

    def now(self) -> float:
        return self._origin + self.speed * (self._loop.time() - self._started)

    def real(self, at: float) -> float:
        """Real seconds until that virtual moment, 0 when it is past."""
        return max(0.0, (at - self.now()) / self.speed)

    async def until(self, at: float) -> None:
        """Sleep until that virtual moment; absolute, so lateness does not add up."""
        while (left := self.real(at)) > 0:  # noqa: ASYNC110 (a clock is no event)
            await asyncio.sleep(left)


def patience(speed: float) -> float:
    """Virtual seconds without a confirmation before a device sends again.

    A device would wait ten seconds of its own; but confirmations come at most once a second of the
    service's, which at speed is many of the device's.
    """
    return max(RESEND_S, UNCONFIRMED_S * speed)


class ServiceTime(Struct, frozen=True):
    """What `/healthz` says of the service's clock. `following`: it moves only when it is told."""

    time: float
    speed: float
    following: bool


def wall_time() -> float:
    """The time of day, epoch seconds."""
    return time.time()


async def ask_service(client: httpx.AsyncClient) -> ServiceTime:
    """Failed when nobody answers, or when what answers is not the service."""
    try:
        answer = await client.get("/healthz")
        answer.raise_for_status()
        body = answer.json()
        return ServiceTime(
            time=seconds(body["time"]),
            speed=float(body.get("speed", 1.0)),
            following=bool(body.get("following", False)),
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as fault:
        raise Failed(
            f"no time from {client.base_url.join('/healthz')}: {str(fault) or type(fault).__name__}"
        ) from None


async def service_clock(api_url: str, speed: float) -> VirtualClock:
    """The service's time, running on at `speed`.

    Where no service answers: the time of day with a note on stderr at speed 1, WrongUse at another.
    """
    try:
        async with httpx.AsyncClient(base_url=api_url, timeout=PATIENCE) as client:
            return await _synchronised(client, speed)
    except Failed as fault:
        if speed != 1:
            raise WrongUse(f"speed {speed:g} needs the service's clock, but {fault}") from None
        note(f"note: {fault}; using this computer's time")
        return VirtualClock(wall_time())


async def _synchronised(client: httpx.AsyncClient, speed: float) -> VirtualClock:
    best, clock = math.inf, None
    loop = asyncio.get_running_loop()
    for _ in range(ASKED):
        asked = loop.time()
        said = await ask_service(client)
        took = loop.time() - asked
        if said.speed != speed:
            raise WrongUse(f"--speed is {speed:g} but the service's clock runs at {said.speed:g}")
        if said.following:
            raise WrongUse("the service is still being played its past; try again when it is over")
        if took < best:
            # Taking the answer as of now is late by at most the time it took: what we send is
            # never from the service's future.
            best, clock = took, VirtualClock(said.time, speed)
    assert clock is not None
    return clock

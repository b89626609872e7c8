"""Virtual time: its start, its speed, and waiting in it."""

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
# A running service may be busy; a missing one is detected soon.
PATIENCE = httpx.Timeout(5.0, connect=2.0)
ASKED = 3  # requests; the quickest answer is the most exact


class VirtualClock:
    """A clock that starts at `origin` and runs `speed` virtual seconds for each real one."""

    def __init__(self, origin: float, speed: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self.speed = speed
        self._origin = origin
        self._started = self._loop.time()

    def now(self) -> float:
        return self._origin + self.speed * (self._loop.time() - self._started)

    def real(self, at: float) -> float:
        """Return the real seconds until that virtual moment, 0 when it is past."""
        return max(0.0, (at - self.now()) / self.speed)

    async def until(self, at: float) -> None:
        """Sleep until that virtual moment, which is absolute, so lateness does not add up."""
        while (left := self.real(at)) > 0:  # noqa: ASYNC110 (a clock is no event)
            await asyncio.sleep(left)


def patience(speed: float) -> float:
    """Return the virtual seconds without a confirmation before a device sends again.

    By its own clock a device would wait ten seconds; but confirmations come at most once a real
    second, which at speed is many seconds of the device.
    """
    return max(RESEND_S, UNCONFIRMED_S * speed)


class ServiceTime(Struct, frozen=True):
    """The service's clock, from `/healthz`. `following`: only messages move it."""

    time: float
    speed: float
    following: bool


def wall_time() -> float:
    """The time of day, epoch seconds."""
    return time.time()


async def ask_service(client: httpx.AsyncClient) -> ServiceTime:
    """Request the service's time. Raises Failed if no answer comes, or one not of the service."""
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
    """Return a clock with the service's time, running at `speed`.

    If no service answers: the time of day with a note on stderr at speed 1, WrongUse at another.
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
            # Taking the answer as the present time is late by at most the time that it took: our
            # messages are never from the service's future.
            best, clock = took, VirtualClock(said.time, speed)
    assert clock is not None
    return clock

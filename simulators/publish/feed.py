"""`demo-feed`: plays the past of the demonstration through the real ingest, then continues live.

The service's clock starts at the beginning of the past and moves only by messages. A step is: do
the acts of staff that are due, publish the readings of the straps until the step's end, move the
clock there, publish the readings of the other devices. So the clock never passes a second whose
heart rates the service does not have, and rules that use the time of receipt see them as fresh.
When the past has caught up with the time of day, the service's clock is released.
"""

import asyncio
import math
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from simulators.errors import Failed, WrongUse
from simulators.native import iso
from simulators.publish.api import Api
from simulators.publish.clinic import Staff
from simulators.publish.clock import ServiceTime, VirtualClock, ask_service, wall_time
from simulators.publish.link import Broker, Credentials, Link
from simulators.publish.player import PREFIX, Player
from simulators.publish.simulate import Account, follow, playing
from simulators.sessions import Session, build, places

PLAYING_S: Final = 10.0  # about how long the past takes to be played
LONG_STEP_S: Final = 10.0  # a heart rate is stale after 10 s, missing after 30
STEP_S: Final = 5.0
RECENT_S: Final = 600.0  # short steps from here on
NEAR_S: Final = 0.5
LAST_S: Final = 60.0  # wait for the service after each step from here on
AHEAD_S: Final = 60.0  # how far the service's clock may lag behind what was published
ANSWER_S: Final = 30.0
POLL_S: Final = 0.01


class Feed(Struct, frozen=True, kw_only=True):
    """The options of the command line."""

    mqtt: str
    broker_password: str = ""
    api_url: str
    account: Account
    site: str = "home"
    scenario: str = "clinic"
    patients: int | None = None
    seed: int = 1
    speed: float = 1.0


async def demo_feed(options: Feed) -> None:
    """Run until every session was closed. Raises WrongUse or Failed."""
    broker = Broker.parse(options.mqtt)
    async with (
        httpx.AsyncClient(base_url=options.api_url, timeout=10) as health,
        Api(options.api_url) as api,
    ):
        begins = await _standing_clock(health, options.speed)
        await api.login(options.account.name, options.account.password)
        staff = Staff(api, site=options.site, mode="demo")
        sessions = _sessions(options, begins.time)
        credentials = await staff.admit(sessions)
        staff.plan(sessions)
        async with playing(sessions, broker, options.site, credentials) as players:
            past = Past(health, staff, sessions, players, begins.time)
            ours = Credentials(broker.credentials.username, options.broker_password or None)
            baton = Link(broker, "demo-feed", credentials=ours)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(baton.run())
                try:
                    await baton.ready()
                    await past.play(baton, f"{PREFIX}/{options.site}/clock", options.speed)
                finally:
                    task.cancel()
            clock = VirtualClock(past.now, options.speed)
            await follow(players, sessions, clock, staff, endless=True)


class Past:
    """Steps from `begins` to the time of day; `now` is how far it got."""

    def __init__(
        self,
        health: httpx.AsyncClient,
        staff: Staff,
        sessions: list[Session],
        players: dict[str, Player],
        begins: float,
    ) -> None:
        self.now = begins
        self._heard = begins  # the service's clock when it was last read
        self._health = health
        self._staff = staff
        self._sessions = sessions
        self._players = players
        for session in sessions:
            for device in session.devices:
                # Confirmations come by real time; here minutes pass in a real second.
                device.outbox.patience(math.inf, begins)

    async def play(self, baton: Link, topic: str, speed: float) -> None:
        """Move the service through the past, then let its clock run at `speed`."""

        async def tell(**message: object) -> None:
            if not await baton.publish(topic, msgspec.json.encode(message)):
                raise Failed("the broker went away while the past was played")

        # Each step takes real time itself, so that the last moment is never reached.
        while (left := wall_time() - self.now) > NEAR_S:
            if self._staff.deadline <= self.now:
                await self._heard_until(self.now)
                await self._staff.act(self.now)
            ends = round(min(self.now + self._step(left), self._staff.deadline), 3)
            await self._measure(ends, continuous=True)
            await tell(time=iso(ends))
            await self._measure(ends, continuous=False)
            self.now = ends
            if left < LAST_S:
                await self._heard_until(ends)
            elif ends - self._heard > AHEAD_S:
                await self._heard_until(ends - AHEAD_S / 2)
        await tell(time=iso(self.now), run=speed)

    def _step(self, left: float) -> float:
        if not any(session.encounter for session in self._sessions):
            return left
        return min(left, LONG_STEP_S if left > RECENT_S else STEP_S)

    async def _measure(self, ends: float, *, continuous: bool) -> None:
        players = [
            self._players[device.id]
            for session in self._sessions
            if session.encounter
            for device in session.devices
            if device.continuous == continuous
        ]
        await asyncio.gather(*(player.ready(ends) for player in players))
        await asyncio.gather(*(player.step(ends) for player in players))

    async def _heard_until(self, at: float) -> None:
        """Wait until the service's clock is there: then the queue before it is processed."""
        try:
            async with asyncio.timeout(ANSWER_S):
                while (heard := await ask_service(self._health)).time < at - 0.001:  # noqa: ASYNC110
                    await asyncio.sleep(POLL_S)
                self._heard = heard.time
        except TimeoutError:
            raise Failed(f"the service's clock does not follow to {iso(at)}") from None


async def _standing_clock(health: httpx.AsyncClient, speed: float) -> ServiceTime:
    said = await ask_service(health)
    if not said.following:
        raise WrongUse("the service's clock is its own; demo-feed wants one that follows")
    if said.speed != speed:
        raise WrongUse(f"--speed is {speed:g} but the service's clock will run at {said.speed:g}")
    return said


def _sessions(options: Feed, begins: float) -> list[Session]:
    """Build sessions whose minute is right when the page opens; none begins before the past."""
    page_opens = round(wall_time() + PLAYING_S)
    sessions = []
    for number, place in enumerate(places(options.scenario, options.patients)):
        course = 60 * (place.at_min + (place.scenario.dose_min or 0))
        opens = max(page_opens - course, begins)
        sessions.append(build(place.scenario, seed=options.seed, number=number, opens=opens))
    return sessions

"""`simulate`: sessions that begin now and follow the service's clock."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Iterable
from typing import Final

from msgspec import Struct

from simulators.devices import Device
from simulators.errors import Failed
from simulators.publish.api import Api, Refused
from simulators.publish.clinic import Staff
from simulators.publish.clock import VirtualClock, patience, service_clock
from simulators.publish.door import Admitted, Unwelcome, answered, knock
from simulators.publish.link import Broker, Credentials
from simulators.publish.player import Player
from simulators.sessions import Session, build, places
from simulators.terminal import note, say

REGISTERED: Final = (
    "Or let devices be registered, each with a password of its own: --api URL --user NAME "
    "--password-stdin."
)
TRY_AGAIN_S: Final = 5.0
LOOK_AROUND_S: Final = 10.0  # real seconds between checks for people's acts on the page


class Account(Struct, frozen=True):
    """The account of a user who may run sessions."""

    name: str
    password: str


class Simulate(Struct, frozen=True, kw_only=True):
    """The options of the command line. `account`: None leaves the sessions to other people."""

    mqtt: str
    api_url: str
    site: str = "home"
    patients: int | None = None
    scenario: str = "calm"
    speed: float = 1.0
    seed: int = 1
    account: Account | None = None


async def simulate(options: Simulate) -> None:
    """Run until every session's course has ended. Raises WrongUse or Failed."""
    broker = Broker.parse(options.mqtt)
    async with answered(broker) as admitted:
        clock = await service_clock(options.api_url, options.speed)
        if options.account is None:
            await _devices_alone(options, broker, clock, admitted)
            return
        # Registered devices have their own credentials: only a missing broker is an error here.
        with contextlib.suppress(Unwelcome):
            await admitted()
    async with Api(options.api_url) as api:
        await api.login(options.account.name, options.account.password)
        staff = Staff(api, site=options.site, mode="test")
        credentials = await staff.admit(_sessions(options, clock.now()))
        if None in credentials.values():
            await knock(broker)
        # Registering took its time; the sessions begin after it.
        sessions = _sessions(options, clock.now())
        staff.plan(sessions)
        await staff.act(clock.now())
        async with playing(sessions, broker, options.site, credentials) as players:
            await follow(players, sessions, clock, staff)


async def _devices_alone(
    options: Simulate, broker: Broker, clock: VirtualClock, admitted: Admitted
) -> None:
    """Print the devices' ids and run the devices; other people open the sessions."""
    sessions = _sessions(options, clock.now())
    for session in sessions:
        for device in session.devices:
            say(device.id)
        if session.dose_at is not None:
            session.dose(session.dose_at)
    try:
        await admitted()
    except Unwelcome as refused:
        raise Unwelcome(f"{refused} {REGISTERED}") from None
    async with playing(sessions, broker, options.site, {}) as players:
        await follow(players, sessions, clock)


def _sessions(options: Simulate, opens: float) -> list[Session]:
    return [
        build(place.scenario, seed=options.seed, number=number, opens=opens)
        for number, place in enumerate(places(options.scenario, options.patients))
    ]


def devices(sessions: Iterable[Session]) -> list[Device]:
    return [device for session in sessions for device in session.devices]


@contextlib.asynccontextmanager
async def playing(
    sessions: Iterable[Session],
    broker: Broker,
    site: str,
    credentials: dict[str, Credentials | None],
) -> AsyncIterator[dict[str, Player]]:
    """Yield a connected player for each device, by its id; at the end each reports offline."""
    players = {d.id: Player(d, broker, site, credentials.get(d.id)) for d in devices(sessions)}
    async with asyncio.TaskGroup() as group:
        links = [
            group.create_task(player.link.run(), name=f"link of {name}")
            for name, player in players.items()
        ]
        try:
            await asyncio.gather(*(player.link.ready() for player in players.values()))
            yield players
        finally:
            await asyncio.gather(*(player.say_goodbye() for player in players.values()))
            for link in links:
                link.cancel()


async def follow(
    players: dict[str, Player],
    sessions: list[Session],
    clock: VirtualClock,
    staff: Staff | None = None,
    *,
    endless: bool = False,
) -> None:
    """Run every device by the clock, and the acts of staff beside it.

    endless   devices continue after their session's course, until the session is closed
    """
    report_s = min(5.0, max(1.0, clock.speed / 10))
    runs: dict[str, list[asyncio.Task[None]]] = {}
    async with asyncio.TaskGroup() as group:
        for session in sessions:
            ends = math.inf if endless else session.ends
            for device in session.devices:
                device.outbox.patience(patience(clock.speed), clock.now())
                run = group.create_task(players[device.id].run(clock, ends, report_s))
                runs.setdefault(session.label, []).append(run)
        if staff is None:
            return
        beside = [
            group.create_task(_do_acts(staff, clock)),
            group.create_task(_look_around(staff, clock, players, runs)),
        ]
        await asyncio.wait([run for started in runs.values() for run in started])
        for task in beside:
            task.cancel()


async def _do_acts(staff: Staff, clock: VirtualClock) -> None:
    while (due := staff.deadline) < math.inf:
        await clock.until(due)
        try:
            await staff.act(clock.now())
        except Refused:
            raise
        except Failed as fault:  # the service is away; the sessions continue
            note(f"note: {fault}")
            await asyncio.sleep(TRY_AGAIN_S)


async def _look_around(
    staff: Staff,
    clock: VirtualClock,
    players: dict[str, Player],
    runs: dict[str, list[asyncio.Task[None]]],
) -> None:
    """Apply people's acts on the page: a dose that they recorded, a session that they closed."""
    while True:
        await asyncio.sleep(LOOK_AROUND_S)
        try:
            closed = await staff.look_around(clock.now())
        except Failed as fault:
            note(f"note: {fault}")
            continue
        for session in closed:
            for run in runs.pop(session.label, ()):
                run.cancel()
            for device in session.devices:
                await players[device.id].say_goodbye()

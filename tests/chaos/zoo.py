"""Devices with quirks take part: what each pressure really was is known, and the record is asked.

Half of them are cuffs that are read by their bytes and remember what they measured; the others are
native, with clocks, times, numbers and messages of their own kind. A day of theirs takes minutes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import numpy as np
from msgspec import Struct, field

from simulators.body import Body
from simulators.devices import Cuff, Device, Strap, Unit
from simulators.physiology import Vitals
from simulators.publish.clock import VirtualClock
from simulators.publish.link import Broker
from simulators.publish.player import Player
from simulators.quirks import Setting, raw
from simulators.raw_cuffs import RawCuff
from simulators.raw_straps import RawStrap
from tests.parts.product import Clinic

# Quirks of a cuff and of a strap. None may be slow by its own word alone: a reading without `sent`
# from a slow clock is rightly taken for an old one.
CAGES: Final = (
    ("memory-at-connect", "rr-living"),
    ("memory-each-time inflating-notices", "contact-wrong"),
    ("memory-without-stamps", "rr-contradicting"),
    ("latest-at-connect two-users inflating-notices", "rr-living"),
    ("fails-silently inflating-notices", "frozen"),
    ("half-failed memory-at-connect inflating-notices", "hex-text"),
    ("unflagged-user clock-steps memory-at-connect", "base64-text"),
    ("clock-stands inflating-notices", "bad-batch"),
    ("clock-steps", "counter-256"),
    ("clock-1970", "epoch-ns"),
    ("split-pressure", "clock-steps"),
    ("epoch-us", "counter-anew"),
)
ASKS_S: Final = 5.0  # between attempts to record a dose
EVERY_S: Final = 31.0  # between a cuff's measurements
# One whose clock stands is known by stamps that stand for longer than a minute.
STANDS_EVERY_S: Final = 70.0
INFLATION_S, REST_S = 5.0, 5.0
FOR_S: Final = 7200.0
STEPS: Final = {
    "clock-steps": (Setting(0, ahead_s=900), Setting(40), Setting(80, ahead_s=-540)),
    "clock-1970": (Setting(0, shows=0.0), Setting(60)),
}
CALM: Final = Vitals(hr=70, sbp=118, dbp=75, temp=36.7)


class Cage(Struct):
    """One session. opened: when the hold gate let a dose through, wall clock; None: never."""

    encounter: str
    cuff: Device
    strap: Device
    opened: float | None = None


class Zoo(Struct):
    clinic: Clinic
    broker: str
    cages: list[Cage] = field(default_factory=list)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """The devices measure and send, and staff ask every gate again and again."""
        tasks = [asyncio.create_task(self._ask(cage), name="asking") for cage in self.cages]
        clock = VirtualClock(time.time())
        for device in [d for cage in self.cages for d in (cage.cuff, cage.strap)]:
            player = Player(device, Broker.parse(self.broker), "home")
            tasks.append(asyncio.create_task(player.link.run(), name=f"link of {device.id}"))
            tasks.append(asyncio.create_task(_follow(player, clock), name=device.id))
        try:
            yield
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, cage: Cage) -> None:
        route = f"/encounters/{cage.encounter}/doses"
        dose = {"drug": "ketamine", "route": "sublingual", "amount_mg": 100}
        while cage.opened is None:
            await asyncio.sleep(ASKS_S)
            with contextlib.suppress(httpx.HTTPError):
                answer = await asyncio.to_thread(self.clinic.http.post, route, json=dose)
                cage.opened = time.time() if answer.is_success else None


async def _follow(player: Player, clock: VirtualClock) -> None:
    player.link.permit(True)
    await player.run(clock, float("inf"), report_s=1.0)


def zoo(clinic: Clinic, broker: str, seed: int) -> Zoo:
    """A session for each cage; nobody lives in it yet. broker: its URL, with an account."""
    found = Zoo(clinic, broker)
    for number, (cuff, strap) in enumerate(CAGES):
        devices = _cuff(number, seed, cuff), _strap(number, seed, strap)
        kinds = {device.id: device.kind for device in devices}
        found.cages.append(Cage(clinic.session(f"Z-{number}", dict(kinds)), *devices))
    return found


def _cuff(number: int, seed: int, quirks: str) -> Cuff:
    unit = _unit(f"zoo-{number}-cuff", (seed, number, 1), quirks)
    every = STANDS_EVERY_S if "clock-stands" in unit.quirks else EVERY_S
    schedule = tuple(unit.starts + 3 + every * n for n in range(int(FOR_S / every)))
    return (RawCuff if raw(unit.quirks) else Cuff)(unit, _body(unit), schedule)


def _strap(number: int, seed: int, quirks: str) -> Strap:
    unit = _unit(f"zoo-{number}-strap", (seed, number, 2), quirks)
    return (RawStrap if raw(unit.quirks) else Strap)(unit, _body(unit))


def _unit(name: str, seed: tuple[int, ...], quirks: str) -> Unit:
    own = frozenset(quirks.split())
    return Unit(
        id=name,
        seed=seed,
        starts=time.time(),
        quirks=own,
        settings=next((STEPS[q] for q in STEPS if q in own), ()),
        inflation_s=INFLATION_S,
        rest_s=REST_S,
    )


def _body(unit: Unit) -> Body:
    still = Vitals(hr=0, sbp=0, dbp=0, temp=0)
    return Body(
        np.random.default_rng(unit.seed), resting=CALM, amplitudes=still, route="oral",
        origin=unit.starts, anchor=unit.starts,
    )  # fmt: skip

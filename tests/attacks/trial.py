"""One attack, from its beginning until 5 s after its end, and the promises that must hold."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import httpx
from msgspec import Struct, field

from tests.attacks.bystander import CONDITION, Page, Patient
from tests.attacks.process import Attacker
from tests.attacks.scene import Scene, Size
from tests.attacks.table import Attack
from tests.attacks.target import Did, Target
from tests.attacks.ward import Ward
from tests.parts import wait_until
from tests.parts.product import Clinic

ON_THE_PAGE_S: Final = 1.0
OVER_S: Final = 5.0
NO_WORD_S: Final = 4.0  # two heartbeats: after that a page covers its numbers
LOG_LINES: Final = 150
BROKER_MB: Final = 60.0
WORKED_OFF_S: Final = 60.0
NOTHING: Final = Size()
LOOKS_S: Final = 0.02
MISSED_S: Final = 10.0  # stop waiting for a crisis that is not on the page by then


class Told(Struct):
    """The result of one trial.

    latencies  s from the publish to the page, of each crisis
    over       s from the attack's end until the service was ready, a page opened, and a new
               crisis was on it
    silence    longest time without a message on the page, s
    late       longest delay of this test process itself, s
    ready      s of `over` until the service was ready
    grown      growth in the service, in the broker, on disk, in the log
    wrong      every broken promise, in words
    """

    attack: str
    latencies: list[float] = field(default_factory=list)
    over: float = 0.0
    silence: float = 0.0
    late: float = 0.0
    ready: float = 0.0
    grown: Size = Size()
    did: Did = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        return {
            "attack": self.attack,
            "alarm_s": [round(s, 3) if math.isfinite(s) else None for s in self.latencies],
            "over_s": round(self.over, 2),
            "ready_s": round(self.ready, 2),
            "silence_s": round(self.silence, 2),
            "late_s": round(self.late, 3),
            "service_mb": round(self.grown.service),
            "broker_mb": round(self.grown.broker),
            "disk_mb": round(self.grown.disk, 1),
            "log_lines": self.grown.log,
            "processor_s": round(self.grown.work, 2),
            "did": self.did,
            "wrong": self.wrong,
        }


async def trial(
    ward: Ward, attack: Attack, seconds: float, crises: int = 4, bound: float = ON_THE_PAGE_S
) -> Told:
    """Run an attack on a ward with sessions of its own, then check that all readings are stored."""
    patients = await asyncio.to_thread(ward.patients, crises + 1)
    straps = attack.name == "broker_straps"
    own, target = await asyncio.to_thread(
        ward.target, patients[0].device, straps=straps, ahead=attack.ahead
    )
    page = Page(ward.watch)
    async with AsyncExitStack() as stack:
        for patient in patients:
            await stack.enter_async_context(patient.living())
        await stack.enter_async_context(page.open())
        await wait_until(lambda: page.here and all(p.connected for p in patients), 20)
        told = await attacked(ward.scene, attack, target, patients, page, seconds, bound=bound)
        if attack.keeps:
            told.wrong += await handed_over(ward.clinic, own, attack.keeps)
        told.wrong += await _kept(ward.clinic, patients)
    ward.spoiled = bool(told.wrong)
    if not told.wrong:
        for encounter in (own, *(p.encounter for p in patients)):
            await asyncio.to_thread(ward.close, encounter)
    return told


async def attacked(
    scene: Scene, attack: Attack, target: Target, patients: Sequence[Patient], page: Page,
    seconds: float, allowed: Size = NOTHING, bound: float = ON_THE_PAGE_S,
) -> Told:  # fmt: skip
    """Attack for `seconds` and return the result.

    Meanwhile all patients except the last have a crisis, evenly spaced; the last one has its crisis
    when the attack should be over.

    allowed   growth that other clients may add meanwhile
    bound     s within which an alarm must be on the page
    """
    told = Told(attack.name)
    seconds = max(seconds, attack.at_least)
    page.forget()
    with Attacker(attack.name, target) as attacker:
        async with scene.grows() as grown, _watched(told):
            attacker.begin()
            opening = asyncio.create_task(_opens(scene, attack, seconds))
            await _suffer(patients[:-1], seconds)
            told.wrong += await opening
            # An attacker that hands over kept readings may have ended long ago, or may continue a
            # while.
            ended = time.monotonic()
            last, told.did = await asyncio.to_thread(attacker.end)
            ended = max(ended, last)
            await _over(scene, patients[-1], page, told)
            told.over = time.monotonic() - ended
            if attack.signs_in and not await scene.signs_in(OVER_S):
                told.wrong.append("nobody can sign in 5 s after it")
        told.grown = grown[0].beyond(allowed)
    _judge(attack, patients, page, told, bound)
    if not scene.alive:
        told.wrong.append("it ended the service")
    return told


@asynccontextmanager
async def _watched(told: Told) -> AsyncIterator[None]:
    """Record how late this process itself is: its delay may be part of each measured time."""

    async def look() -> None:
        while True:
            due = time.monotonic() + LOOKS_S
            await asyncio.sleep(LOOKS_S)
            told.late = max(told.late, time.monotonic() - due)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _suffer(patients: Sequence[Patient], seconds: float) -> None:
    """Start one crisis after the other, each at its time."""
    began = time.monotonic()
    for number, patient in enumerate(patients, 1):
        at = began + seconds * number / (len(patients) + 0.5)
        await asyncio.sleep(at - time.monotonic())
        patient.suffer()
    await asyncio.sleep(began + seconds - time.monotonic())


async def _opens(scene: Scene, attack: Attack, seconds: float) -> list[str]:
    """Return the fault of a new page that is opened in the middle of the attack."""
    if not attack.opens:
        return []
    await asyncio.sleep(seconds / 2)
    refused = await scene.opens(OVER_S)
    return [refused] if refused else []


async def _over(scene: Scene, last: Patient, page: Page, told: Told) -> None:
    """Wait until the service is ready, a page opens, and a crisis is on it."""
    began = time.monotonic()
    await scene.becomes_ready(OVER_S)
    told.ready = time.monotonic() - began
    with contextlib.suppress(AssertionError):
        # A device whose connection was closed reconnects by itself.
        await wait_until(lambda: last.connected, ON_THE_PAGE_S)
    last.suffer()
    with contextlib.suppress(AssertionError):
        await wait_until(lambda: last.encounter in page.raised, MISSED_S)
    refused = await scene.opens(OVER_S)
    if refused:
        told.wrong.append(f"after it: {refused}")


def _judge(
    attack: Attack, patients: Sequence[Patient], page: Page, told: Told, bound: float
) -> None:
    told.silence = page.longest
    for patient in patients:
        took = page.raised.get(patient.encounter, math.inf) - patient.crisis_at
        told.latencies.append(took)
        if took > bound:
            told.wrong.append(f"another patient's alarm is on the page after {took:.2f} s")
    if told.over > OVER_S + ON_THE_PAGE_S:
        told.wrong.append(f"it is over only after {told.over:.1f} s")
    if told.did.get(attack.never):
        told.wrong.append(f"{attack.never}: {told.did[attack.never]} times")
    if page.deaf:
        told.wrong.append(f"{len(page.deaf)} sessions were told that the broker is lost")
    if page.dropped:
        told.wrong.append(f"the page was dropped {page.dropped} times")
    if page.longest > NO_WORD_S:
        told.wrong.append(f"the page heard nothing for {page.longest:.1f} s")
    bounds = (
        ("MB of memory in the service", told.grown.service, attack.grows_mb),
        ("MB of memory in the broker", told.grown.broker, BROKER_MB),
        ("MB on disk", told.grown.disk, attack.disk_mb),
        ("lines in the log", told.grown.log, LOG_LINES),
    )
    for what, grown, most in bounds:
        if grown > most:
            told.wrong.append(f"{grown:.0f} {what}, at most {most:.0f}")


# --- the record at the end ------------------------------------------------------------------------


async def handed_over(clinic: Clinic, own: str, owed: int) -> list[str]:
    """Return a fault if a reading that the attacker kept is lost."""

    def words() -> str:
        listed = clinic.get(f"/encounters/{own}/observations", vital="hr", limit=1)
        stored = int(listed["count"])
        return "" if stored == owed else f"of {owed} kept readings {stored} are stored"

    return await _settled(words, WORKED_OFF_S)


async def _kept(clinic: Clinic, patients: Sequence[Patient]) -> list[str]:
    """Return faults if the others lost or gained a reading, or their alarms ended."""
    for patient in patients:
        patient.rest()
    found: list[str] = []
    for patient in patients:
        found += await _settled(lambda patient=patient: _wrong(clinic, patient), OVER_S)  # type: ignore[misc]
    return found


def _wrong(clinic: Clinic, patient: Patient) -> str:
    route = f"/encounters/{patient.encounter}"
    rates = int(clinic.get(f"{route}/observations", vital="hr", limit=1)["count"])
    pressures = int(clinic.get(f"{route}/observations", vital="sbp", limit=1)["count"])
    owed = patient.made - 1
    if rates < owed or pressures < 1:
        return f"{rates} of {owed} heart rates and {pressures} of 1 pressures of others are stored"
    if pressures > 1:
        return f"{pressures - 1} pressures were written into another patient's record"
    alarms = clinic.get(route)["alarms"]
    if not any(a["condition"] == CONDITION and a["presence"] == "on" for a in alarms):
        return "another patient's high alarm is gone"
    return ""


async def _settled(wrong: Callable[[], str], within: float) -> list[str]:
    """Return the fault that remains after `within` seconds."""
    words = "the record does not answer"

    def right() -> bool:
        nonlocal words
        words = wrong()
        return not words

    with contextlib.suppress(AssertionError, httpx.HTTPError):
        await wait_until(lambda: asyncio.to_thread(right), within)
        return []
    return [words]

"""One run: load, faults, quiet, and the verdict."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from tests.chaos.schedule import LASTS_S, Devices, Kind, Trouble, plan, schedule
from tests.chaos.siege import worst
from tests.chaos.verdict import Verdict, verdict
from tests.chaos.watcher import Watcher
from tests.chaos.world import Load, World, world
from tests.parts import wait_until

Figures = dict[str, Any]
TURN_S: Final = 0.1
RECOVERS_S: Final = 30.0
NEVER: Final = {  # in the log
    "journal_disagrees": "a restart decided otherwise than recorded",
    "message_failed": "the service failed on a message",
}


class Wanted(Struct, frozen=True, kw_only=True):
    """rate    readings a second, of all sessions together
    faults  just these, each lasting `lasts`, instead of any for so many seconds
    keep    where the database and the log of a run that broke a promise are left
    """

    seed: int
    seconds: float
    rate: float = 200.0
    sessions: int = 10
    devices: Devices = "keep"
    tree: Path | None = None
    faults: Mapping[Kind, int] = field(default_factory=dict)
    lasts: tuple[float, float] = LASTS_S
    keep: Path | None = None

    @property
    def troubles(self) -> list[Trouble]:
        if self.faults:
            return plan(self.seed, self.faults, self.lasts)
        return schedule(self.seed, self.seconds, self.devices)


async def run(wanted: Wanted) -> Figures:
    troubles = wanted.troubles
    with tempfile.TemporaryDirectory(prefix="chaos-") as place:
        directory = Path(place)
        plan_of = Load(wanted.sessions, wanted.rate, wanted.devices, wanted.seed, troubles)
        async with world(directory, plan_of, wanted.tree) as w:
            watcher = Watcher(w.clinic)
            async with w.gateway.running(), w.zoo.living(), w.siege.watched():
                watching = asyncio.create_task(watcher.run(), name="watcher")
                await _session(w, wanted, troubles)
                complaint = await _settled(w, watcher)
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
            w.product.stop()
            database = directory / "product" / "data" / "monitor.db"
            found = verdict(w, watcher, database, forgetful=wanted.devices == "forget")
            if complaint:
                found.wrong.append(complaint)
            if watcher.stale:
                found.wrong.append(f"{len(watcher.stale)} values shown fresh after their time")
            for event, words in NEVER.items():
                lines = [line for line in w.product.log.splitlines() if f'"{event}"' in line]
                found.wrong += [f"{words}: {line}" for line in lines]
            if found.wrong and wanted.keep is not None:
                shutil.copytree(directory / "product", wanted.keep, dirs_exist_ok=True)
            return _figures(wanted, troubles, w, watcher, found)


async def _session(w: World, wanted: Wanted, troubles: list[Trouble]) -> None:
    for session in w.sessions:
        await w.acknowledge(session)
    going_on = [
        asyncio.create_task(_measure(w, wanted.rate), name="measuring"),
        asyncio.create_task(w.cry(), name="crying"),
    ]
    try:
        await w.suffer(troubles)
    finally:
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)


async def _measure(w: World, rate: float) -> None:
    began, made = time.monotonic(), 0
    while True:
        wanted = int((time.monotonic() - began) * rate)
        for n in range(made, wanted):
            w.sessions[n % len(w.sessions)].keeper.measure(time.time(), hr=70 + n % 7)
        made = wanted
        await asyncio.sleep(TURN_S)


async def _settled(w: World, watcher: Watcher) -> str:
    with contextlib.suppress(AssertionError):
        await w.settle()
        with contextlib.suppress(AssertionError):
            await wait_until(lambda: not watcher.troubled, RECOVERS_S)
        if watcher.troubled:
            return f"{len(watcher.troubled)} alarms about the service are never over"
        if w.gateway.forgetful:
            await _drained(w)
        return ""
    return f"{w.gateway.unconfirmed} readings are never confirmed"


async def _drained(w: World) -> None:
    """The broker holds nothing back any more: what is stored grows no further."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 3:
        count = 0
        for session in w.sessions:
            route = f"/encounters/{session.encounter}/observations"
            count += (await asyncio.to_thread(w.clinic.get, route, limit=1))["count"]
        if count != last:
            last, since = count, time.monotonic()
        await asyncio.sleep(0.2)


def _figures(
    wanted: Wanted, troubles: list[Trouble], w: World, watcher: Watcher, found: Verdict
) -> Figures:
    kinds = [t.kind for t in troubles]
    made = sum(s.keeper.made for s in w.sessions)
    return {
        "seed": wanted.seed,
        "seconds": round(troubles[-1].at + troubles[-1].lasts) if troubles else wanted.seconds,
        "rate": wanted.rate,
        "devices": wanted.devices,
        "sessions": wanted.sessions,
        "faults": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "measured": made,
        "sent": w.gateway.sent,
        "confirmed": sum(s.keeper.confirmed for s in w.sessions),
        "stored": found.stored,
        "twice": found.twice,
        "missing": found.missing,
        "recorded_as_lost": found.lost,
        "alarms": found.alarms,
        "acknowledgements_kept": found.acknowledged,
        "stretches_unwatched": found.unwatched,
        "longest_unwatched_s": found.unwatched_s,
        "told_on_the_page": found.told,
        "alarms_told": found.alarms_told,
        "notices": found.notices,
        "notices_again": found.notices_again,
        "attacks": worst(w.siege.told),
        "zoo_sessions": len(w.zoo.cages),
        "zoo_records": dict(sorted(found.zoo.judged.items())),
        "zoo_live_known": found.zoo.live_known,
        "zoo_gates_opened": found.zoo.opened,
        "ready_again_s": round(max(w.recoveries, default=0.0), 2),
        "pages_looked_at": watcher.statuses,
        "clean": not found.wrong,
        "wrong": found.wrong[:20],
    }

"""Devices fall silent and return shortly before, at, or after the moment of the `no_data` alarm."""

import asyncio
import json
import time
from typing import Any, Final

import pytest

from monitor.codecs.times import from_iso
from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic
from tests.parts.publisher import Publisher
from tests.system.test_session import live

pytestmark = pytest.mark.paced

MISSED_AFTER_S: Final = 31.0  # of a strap's heart rate: 30 s, and a second for transit
WITHIN_S: Final = 1.0
BACK_S: Final = tuple(n * 0.1 for n in range(-15, 21))  # relative to the moment of the alarm


class Told:
    """Alarms of missing heart rates on a page: session -> [(time received, transition, alarm)]."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[float, str, dict[str, Any]]]] = {}

    async def read(self, page: Any) -> None:
        async for text in page:
            message = json.loads(text)
            if message["type"] != "alarm":
                continue
            alarm = message["alarm"]
            if (alarm["condition"], alarm["vital"]) == ("no_data", "hr"):
                row = (time.time(), message["transition"], alarm)
                self.of.setdefault(alarm["encounter_id"], []).append(row)


async def test_silence_is_told_within_a_second_and_ends_in_every_order_of_the_race(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    straps = [f"strap-{n}" for n in range(len(BACK_S))]
    sessions = [clinic.session(f"S {strap}", {strap: "heart_rate"}) for strap in straps]
    told, last = Told(), []
    async with live(clinic) as page:
        reading = asyncio.create_task(told.read(page))
        with Publisher(mosquitto.port) as devices:
            for strap in straps:
                last.append(time.time())
                devices.reading(strap, seq=1, hr=70)
            for strap, left, offset in zip(straps, last, BACK_S, strict=True):
                await asyncio.sleep(max(0.0, left + MISSED_AFTER_S + offset - time.time()))
                devices.reading(strap, seq=2, hr=71)

            def all_over() -> bool:
                return all(rows[-1][1] == "cleared" for rows in told.of.values())

            async def stored() -> bool:
                counts = [
                    (await asyncio.to_thread(clinic.get, f"/encounters/{s}/observations"))["count"]
                    for s in sessions
                ]
                return counts == [2] * len(sessions)

            while not await stored():
                await asyncio.sleep(0.05)
            await wait_until(all_over, 10, "every silence to be over")
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    for session, left, offset in zip(sessions, last, BACK_S, strict=True):
        rows = told.of.get(session, [])
        assert [row[1] for row in rows] in ([], ["raised", "cleared"])
        assert len(rows) == 0 or offset > -WITHIN_S, "missed although it was there"
        assert len(rows) == 2 or offset < WITHIN_S, "not missed"
        for heard, _, alarm in rows[:1]:
            assert abs(from_iso(alarm["raised_at"]) - left - MISSED_AFTER_S) < WITHIN_S
            assert heard - left - MISSED_AFTER_S < WITHIN_S
        record = await asyncio.to_thread(clinic.everything, f"/encounters/{session}/alarms")
        missed = [a for a in record if (a["condition"], a["vital"]) == ("no_data", "hr")]
        assert [a["id"] for a in missed] == [row[2]["id"] for row in rows[:1]]
        assert all(a["cleared_at"] is not None for a in missed)

"""Whether a person watches, from pages that answer, to each session: with a real hub and store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.live.hub import Hub
from monitor.adapters.live.seat import Seat
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.inputs import Facts
from monitor.core.vocabulary.words import Mode
from monitor.service.clock import Clock
from monitor.service.health.attendance import MOMENT_S, Attendance
from monitor.service.sessions.open_session import Session
from tests.service.rig import START, Rig


class Watched(Rig):
    """A session, and pages that report whether they are seen and heard."""

    def __init__(self, url: str) -> None:
        self.monotonic = 100.0
        super().__init__(url, Clock(start=START, monotonic=lambda: self.monotonic))
        self.hub = Hub(CollectorRegistry())
        self.attendance = Attendance(self.clock, self.hub, self.ward)

    def statuses(self) -> list[dict[str, Any]]:
        return []

    def time(self) -> dict[str, float]:
        return {"time": self.clock.now(), "speed": 1.0}

    def page(self, role: str = "therapist", *, visible: bool = True, audible: bool = False) -> Seat:
        seat = self.hub.join(f"sign-in {role}", role, role)
        says = f'{{"type":"presence","visible":{visible},"audible":{audible}}}'
        seat.hear(says.lower())
        return seat

    async def after(self, seconds: float) -> None:
        self.monotonic += seconds
        await self.attendance.look()


class Source:
    """The source of the hub's snapshots."""

    def __init__(self, rig: Watched) -> None:
        self.clock = rig.time
        self.statuses = rig.statuses

    def shown(self, alarm_id: str, by: str) -> None:
        """No page shows an alarm here."""


@pytest_asyncio.fixture
async def rig(fresh: str) -> AsyncIterator[Watched]:
    rig = Watched(fresh)
    await rig.begin()
    running = asyncio.create_task(rig.hub.run(Source(rig)))
    await asyncio.sleep(0)
    yield rig
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await rig.end()


def unattended(session: Session) -> float | None:
    """Return since when the session has been unattended, s after the start."""
    since = session.encounter.state.supervision.unattended_since
    return None if since is None else since - START


async def test_an_absence_counts_after_a_moment_and_from_its_beginning(rig: Watched) -> None:
    session = await rig.open("e-1")
    await rig.after(MOMENT_S - 0.1)
    assert unattended(session) is None
    await rig.after(0.1)
    assert unattended(session) == 0.0
    await rig.after(30)
    assert unattended(session) == 0.0


async def test_a_page_ends_an_absence_and_its_last_answer_begins_the_next(rig: Watched) -> None:
    session = await rig.open("e-1")
    await rig.after(60)
    page = rig.page()
    await rig.after(1)
    assert unattended(session) is None
    rig.hub.leave(page)
    await rig.after(MOMENT_S - 1.1)
    assert unattended(session) is None
    await rig.after(0.1)
    assert unattended(session) == 60.0


@pytest.mark.parametrize(("about", "watches"), [
    ({"visible": True}, True),
    ({"visible": False, "audible": True}, True),
    ({"visible": False, "audible": False}, False),
    ({"role": "viewer", "visible": True, "audible": True}, False),
])  # fmt: skip
async def test_a_page_counts_if_its_user_may_act_and_sees_or_hears_it(
    rig: Watched, about: dict[str, Any], watches: bool
) -> None:
    session = await rig.open("e-1")
    rig.page(**about)
    await rig.after(60)
    assert (unattended(session) is None) == watches


async def test_a_demonstration_waits_for_its_first_viewer(rig: Watched) -> None:
    session = opened(rig, "demo")
    await rig.after(600)
    assert unattended(session) is None
    page = rig.page()
    await rig.after(1)
    rig.hub.leave(page)
    await rig.after(MOMENT_S)
    assert unattended(session) == 600.0


async def test_no_absence_counts_while_a_past_is_played(rig: Watched) -> None:
    session = await rig.open("e-1")
    rig.clock.following = True
    rig.clock.follow(START + 600)
    await rig.attendance.look()
    assert unattended(session) is None


def opened(rig: Watched, mode: Mode) -> Session:
    facts = Facts(protocol="sl_home", mode=mode)
    encounter, _ = Encounter.open("e-2", facts, PRESETS["sl_home"], rig.clock.now())
    session = Session(
        encounter=encounter, patient="p", label="K-1", sites={}, emergency={}, snapshot_at=START
    )
    rig.ward.admit(session)
    return session

"""Alarms, statuses and commands on the broker: on which topic, how often, and until when."""

import asyncio
import json
from typing import Any, Final

import pytest
from prometheus_client import CollectorRegistry

from monitor.adapters.live.hub import Hub
from monitor.codecs.contract.status_object import Watchers
from monitor.codecs.times import iso
from monitor.core.vocabulary.events import Commanded
from monitor.core.vocabulary.inputs import ServiceFault
from monitor.service.clock import Clock
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.publishing import STATUSES_A_TURN, StatusPublisher
from tests.service.rig import SITE, START, new_session

SPEED: Final = 10.0
FAULT: Final = ServiceFault("broker_lost", "it hung up")


class Rig:
    """A publisher, and the broker that it publishes to once it is connected.

    at     real seconds
    sent   topic, body and whether it is retained
    """

    def __init__(self) -> None:
        self.at = 0.0
        self.hub = Hub(CollectorRegistry())
        clock = Clock(SPEED, start=START, monotonic=lambda: self.at)
        self.publisher = StatusPublisher(clock, self.hub, SITE)
        self.sent: list[tuple[str, bytes, bool]] = []

    def connect(self) -> None:
        self.publisher.port = self  # type: ignore[assignment]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.sent.append((topic, payload, retain))

    async def statuses(self, *sessions: Session, at: float) -> list[Any]:
        """Publish the statuses that are due `at`; return them."""
        self.at = at
        self.sent.clear()
        await self.publisher.statuses(sessions)
        assert all(topic.endswith("/status") and retain for topic, _, retain in self.sent)
        return [json.loads(body) for _, body, _ in self.sent]


@pytest.fixture
def rig() -> Rig:
    return Rig()


def opened(name: str = "e-1") -> Session:
    session, _ = new_session(name, {})
    return session


async def test_an_alarm_is_published_at_once_without_the_label(rig: Rig) -> None:
    session = opened()
    session.label = "K-secret"
    rig.connect()
    rig.publisher.tell(session, session.encounter.apply(FAULT, START))
    ((topic, body, retain),) = rig.sent
    assert (topic, retain) == ("dosing/v1/home/encounters/e-1/alarms", False)
    said = json.loads(body)
    assert (said["alarm"]["encounter_id"], said["transition"]) == ("e-1", "raised")
    await rig.statuses(session, at=0)
    assert not any(b"K-secret" in body for _, body, _ in rig.sent)


async def test_before_there_is_a_broker_nothing_is_lost_but_the_message(rig: Rig) -> None:
    session = opened()
    rig.publisher.tell(session, session.encounter.apply(FAULT, START))
    rig.publisher.confirm("home", "d-1", b"{}")
    assert await rig.statuses(session, at=0) == []
    rig.connect()
    assert len(await rig.statuses(session, at=10)) == 1


async def test_a_status_is_published_after_a_change_and_before_its_validity_ends(
    rig: Rig,
) -> None:
    session = opened()
    rig.connect()
    due = []
    for tenths in range(260):
        if tenths in (5, 140):
            rig.publisher.tell(session, [])
        if await rig.statuses(session, at=tenths / 10):
            due.append(tenths / 10)
    # At 0.5 it changed: two seconds after the last. Then no sooner than after ten, but for 14.0.
    assert due == [0.0, 2.0, 12.0, 14.0, 24.0]


async def test_a_status_is_valid_for_half_a_minute_of_real_time(rig: Rig) -> None:
    session = opened()
    rig.connect()
    (status,) = await rig.statuses(session, at=3)
    assert status["valid_until"] == iso(START + (3 + 30) * SPEED)


async def test_a_closed_session_gets_no_status_and_takes_its_last_one_back(rig: Rig) -> None:
    session = opened()
    rig.connect()
    await rig.statuses(session, at=0)
    session.encounter.state.session.closed_at = START
    assert await rig.statuses(session, at=60) == []
    rig.publisher.gone(session)
    assert rig.sent == [("dosing/v1/home/encounters/e-1/status", b"", True)]


async def test_a_session_whose_first_device_is_elsewhere_moves_its_status(rig: Rig) -> None:
    session = opened()
    rig.connect()
    await rig.statuses(session, at=0)
    session.sites["cuff"] = "lab"
    rig.sent.clear()
    rig.at = 10
    for _ in range(2):
        await rig.publisher.statuses([session])
    assert [(topic, bool(body), retain) for topic, body, retain in rig.sent] == [
        ("dosing/v1/home/encounters/e-1/status", False, True),
        ("dosing/v1/lab/encounters/e-1/status", True, True),
    ]
    rig.publisher.gone(session)
    assert rig.sent[-1] == ("dosing/v1/lab/encounters/e-1/status", b"", True)


async def test_a_command_and_a_confirmation_reach_each_device_at_its_site(rig: Rig) -> None:
    session = opened()
    rig.connect()
    session.sites = {"cuff-1": "lab"}
    rig.publisher.tell(session, [Commanded(START, "confirm", START + 60, ("cuff-1", "cuff-2"))])
    rig.publisher.confirm("lab", "cuff-1", b'{"seq": 1}')
    assert [(topic, retain) for topic, _, retain in rig.sent] == [
        ("dosing/v1/lab/cuff-1/commands", False),
        ("dosing/v1/home/cuff-2/commands", False),
        ("dosing/v1/lab/cuff-1/acks", False),
    ]
    assert json.loads(rig.sent[0][1])["command"] == "measure_bp"
    assert rig.sent[0][1] == rig.sent[1][1]
    assert rig.sent[2][1] == b'{"seq": 1}'


async def test_many_statuses_leave_turns_to_others(rig: Rig) -> None:
    sessions = [opened(f"e-{n}") for n in range(3 * STATUSES_A_TURN + 1)]
    rig.connect()
    turns: list[int] = []

    async def others() -> None:
        while True:
            turns.append(len(rig.sent))
            await asyncio.sleep(0)

    ticking = asyncio.create_task(others())
    await asyncio.sleep(0)
    await rig.statuses(*sessions, at=0)
    ticking.cancel()
    assert turns == [0, 5, 10, 15]
    assert len(rig.sent) == 16


class Desk:
    """The source of the hub's snapshots: there is no session."""

    def statuses(self) -> list[dict[str, Any]]:
        return []

    def clock(self) -> dict[str, float]:
        return {"time": START, "speed": 1.0}

    def shown(self, alarm_id: str, by: str) -> None:
        pass


async def test_watchers_are_pages_of_people_who_may_act(rig: Rig) -> None:
    running = asyncio.create_task(rig.hub.run(Desk()))
    await asyncio.sleep(0)
    assert rig.publisher.watchers() == Watchers(watching=0, visible=0, audible=0)
    for role, visible, audible in (
        ("therapist", "true", "true"), ("admin", "true", "false"), ("therapist", "false", "false"),
        ("viewer", "true", "true"),
    ):  # fmt: skip
        page = rig.hub.join("sign-in", "name", role)
        page.hear(f'{{"type": "presence", "visible": {visible}, "audible": {audible}}}')
    rig.hub.join("sign-in", "never answered", "admin")
    assert rig.publisher.watchers() == Watchers(watching=3, visible=2, audible=1)
    running.cancel()


async def test_pages_see_the_label_and_a_closed_session_once_more(rig: Rig) -> None:
    """The hub makes a status when it sends it: here for a page that has just got its snapshot."""
    running = asyncio.create_task(rig.hub.run(Desk()))
    await asyncio.sleep(0)
    session = opened()
    messages = rig.hub.join("sign-in", "thea", "therapist").messages()
    assert json.loads(await anext(messages))["type"] == "snapshot"
    rig.publisher.tell(session, session.encounter.apply(FAULT, START))
    assert json.loads(await anext(messages))["type"] == "alarm"
    status = json.loads(await anext(messages))
    assert (status["type"], status["encounter"]["patient_label"]) == ("status", "K-1")
    session.encounter.state.session.closed_at = START
    rig.publisher.gone(session)
    later = json.loads(await anext(messages))
    assert (status["encounter"]["closed_at"], later["encounter"]["closed_at"]) == (None, iso(START))
    running.cancel()

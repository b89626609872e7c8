"""The state of all parts: each fault by its name, and no canary is a fault too."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from msgspec import Struct

from monitor.adapters.store import Claim, Entry, Holder
from monitor.service.clock import Clock
from monitor.service.health.broker_heard import Hearing
from monitor.service.health.canary import CanarySession, Flight
from monitor.service.health.dead_man import Ping
from monitor.service.health.lag import Lag
from monitor.service.health.readiness import STALE_S, Operation
from tests.service.notices.notified import Notified
from tests.service.rig import START

FLOWN: Final = Flight(at=START, ok=True, steps={"reading": 0.25, "notice": 0.12345})


class Port(Struct):
    """The numbers of a connection to a broker."""

    connected: bool = True
    canary_seconds: float | None = None
    received: int = 7
    acked: int = 5
    unacked: int = 2
    waiting_s: float = 0.5
    dropped: int = 0
    reconnects: int = 1
    cleared: int = 0


class Parts(Notified):
    """All parts of a service, at work."""

    def __init__(self, url: str, claim: Claim) -> None:
        super().__init__(url)
        self.port = Port()
        self.hearing = Hearing(self.clock, self.ward)
        self.hearing.port = self.port  # type: ignore[assignment]
        self.operation = Operation(
            self.clock, self.store, self.hearing, self.holding, self.registry
        )
        self.canary = CanarySession(
            self.clock, self.hub, self.ward, self.notices.ledger, "home", self.registry
        )
        self.canary.newest, self.canary.flown_at = FLOWN, self.monotonic
        self.ping = Ping("http://a.example", self.clock, self.operation.wrong, self.registry)
        self.operation.claim, self.operation.canary = claim, self.canary
        self.operation.lag = Lag(self.clock.real, self.registry)
        self.operation.ping = self.ping
        self.operation.detecting = True


@pytest_asyncio.fixture
async def parts(fresh: str) -> AsyncIterator[Parts]:
    claim = Claim(fresh)
    claim.take(Holder(host="here"))
    parts = Parts(fresh, claim)
    await parts.begin()
    yield parts
    claim.release()
    await parts.end()


def gone(parts: Parts) -> None:
    parts.port.connected = False


def deaf(parts: Parts) -> None:
    parts.hearing.deaf = True


def open_to_all(parts: Parts) -> None:
    parts.hearing.untrusted = "it admits everybody"


def starting(parts: Parts) -> None:
    parts.operation.detecting = False


def away(parts: Parts) -> None:
    parts.operation.claim.held = False


def not_flown(parts: Parts) -> None:
    parts.canary.newest = parts.canary.flown_at = None


def lost(parts: Parts) -> None:
    parts.canary.newest = Flight(at=START, ok=False, steps={}, why="its notice was not sent")


def long_ago(parts: Parts) -> None:
    parts.monotonic += STALE_S + 0.1


def in_time(parts: Parts) -> None:
    parts.monotonic += STALE_S


@pytest.mark.parametrize(("happens", "wrong"), [
    (None, ""),
    (gone, "broker: not connected yet"),
    (deaf, "broker: our own test message does not come back"),
    (open_to_all, "broker: it admits everybody"),
    (away, "claim: being taken again"),
    (starting, "detection: starting"),
    (not_flown, "canary: not flown yet"),
    (lost, "canary: its notice was not sent"),
    (long_ago, "canary: not flown for long"),
    (in_time, ""),
])  # fmt: skip
async def test_each_fault_is_named_with_its_part(parts: Parts, happens: Any, wrong: str) -> None:
    if happens is not None:
        happens(parts)
    assert parts.operation.wrong() == wrong
    assert parts.operation.self_tested()["ok"] == (not wrong)
    ready = {name for name, part in parts.operation.readiness().items() if not part.ready}
    assert ready == {wrong.partition(":")[0]} - {"", "canary"}


async def test_several_faults_are_all_named(parts: Parts) -> None:
    starting(parts)
    lost(parts)
    assert parts.operation.wrong() == "detection: starting; canary: its notice was not sent"


async def test_the_result_of_the_newest_test_has_its_steps_and_the_age_of_the_ping(
    parts: Parts,
) -> None:
    before = parts.operation.self_tested()
    assert before["ping"] == {"wanted": True, "ok": False, "detail": "", "answered_s": None}
    parts.ping.answered_at = parts.monotonic
    parts.monotonic += 12.4
    found = parts.operation.self_tested()
    assert found["ping"] == {"wanted": True, "ok": True, "detail": "", "answered_s": 12}
    assert (found["steps"], found["total_s"]) == ({"reading": 0.25, "notice": 0.1235}, 0.3735)
    assert found["at"] == "2026-11-23T10:00:00.000Z"
    lost(parts)
    assert parts.operation.self_tested()["total_s"] is None


async def test_the_metrics_are_those_of_the_moment(parts: Parts) -> None:
    def value(name: str) -> float | None:
        return parts.registry.get_sample_value(f"dosing_monitor_{name}")

    parts.operation.measure()
    assert (value("store_pending"), value("store_oldest_seconds")) == (0, 0)
    parts.store.append(Entry(encounter_id="", at=START))
    parts.monotonic += 3.0
    parts.operation.measure()
    assert (value("store_pending"), value("store_oldest_seconds")) == (1, 3)
    assert (value("mqtt_received"), value("mqtt_unacked"), value("canary_seconds")) == (7, 2, 0)


@pytest.mark.parametrize(("clock", "pretended"), [
    (Clock(start=START), False), (Clock(2.0, start=START), True),
    (Clock(start=START, following=True), True),
])  # fmt: skip
def test_a_clock_that_runs_fast_or_follows_is_not_real(
    tmp_path: Path, clock: Clock, pretended: bool
) -> None:
    parts = Notified(f"sqlite:///{tmp_path}/none.db")
    hearing = Hearing(clock, parts.ward)
    operation = Operation(clock, parts.store, hearing, parts.holding, parts.registry)
    assert operation.pretended == pretended

"""The audit of failed attempts and of reading is bounded, whatever a client tries."""

import json
from typing import Any

from msgspec import Struct

from monitor.adapters.http.guard import trail as module
from monitor.adapters.http.guard.trail import DAY_S, MANY, PLACES, WINDOW_S, Trail
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.tables.audits import ORIGIN
from tests.adapters.http.conftest import Service


class Reader(Struct, frozen=True):
    name: str
    sign_in: str


async def failures(service: Service) -> list[dict[str, Any]]:
    """Return the failures, oldest first."""
    await service.store.flush()
    rows = (await service.store.read(list_audit, 5000)).items[::-1]
    return [
        {"of": row.object, "from": row.origin, **json.loads(row.detail)}
        for row in rows
        if row.action == "sign_in_failed"
    ]


async def test_repeated_failures_are_counted_and_the_first_is_told_at_once(
    service: Service,
) -> None:
    trail, start = Trail(service.store, lambda: service.time.now), service.time.now
    ORIGIN.set("203.0.113.7")
    for n in range(10_000):
        trail.failed("thea")
        service.time.now += 0.001
        if n == 0:
            assert [one["count"] for one in await failures(service)] == [1]
    told = await failures(service)
    assert [one["count"] for one in told] == [2**n for n in range(14)]
    assert {(one["of"], one["from"], one["since"]) for one in told} == {
        ("thea", "203.0.113.7", start)
    }
    # The failures after the last of them are recorded when the hour is over.
    service.time.now += WINDOW_S
    trail.failed("thea")
    *_, last, fresh = await failures(service)
    assert (last["count"], fresh["count"], fresh["since"]) == (10_000, 1, service.time.now)


async def test_a_crowd_of_addresses_and_of_names_fills_nothing(service: Service) -> None:
    trail = Trail(service.store, lambda: service.time.now)
    for n in range(20_000):
        ORIGIN.set(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
        trail.failed(("thea", "mara", None)[n % 3])
        trail.turned_away()
    told = await failures(service)
    assert len(told) < PLACES + 4 * 16
    assert len(trail._tried) <= PLACES + 3
    assert sum(one["from"] == MANY for one in told) > 3
    worst = max(
        one.get("not_looked_at", 0) for one in told if one["from"] == MANY and not one["of"]
    )
    assert worst > 10_000


async def test_a_network_of_one_customer_is_one_place(service: Service) -> None:
    trail = Trail(service.store, lambda: service.time.now)
    for n in range(64):
        ORIGIN.set(f"2001:db8:1:2:{n:x}::1")
        trail.failed(None)
    ORIGIN.set("::ffff:192.0.2.1")
    trail.failed(None)
    told = await failures(service)
    assert {one["from"] for one in told} == {"2001:db8:1:2::/64", "192.0.2.1"}
    assert max(one["count"] for one in told) == 64
    assert {one["account"] for one in told} == {"unknown"}


async def test_what_was_shown_is_told_once_a_day_for_each_sign_in(
    service: Service, monkeypatch: Any
) -> None:
    trail = Trail(service.store, lambda: service.time.now)
    thea, again = Reader("thea", "s1"), Reader("thea", "s2")

    async def rows() -> list[tuple[str, str, Any]]:
        await service.store.flush()
        found = (await service.store.read(list_audit, 5000)).items[::-1]
        return [
            (row.user, row.object, json.loads(row.detail))
            for row in found
            if row.action == "emergency_read"
        ]

    for _ in range(3):
        trail.shown(thea, "emergency_read", ["e1"])
        trail.shown(thea, "emergency_read", ["e1", "e2", "e3"])
        trail.shown(again, "emergency_read", [])
    assert await rows() == [
        ("thea", "e1", {}), ("thea", "", {"sessions": ["e2", "e3"], "more": 0}),
    ]  # fmt: skip
    trail.shown(again, "emergency_read", ["e1"])
    service.time.now += DAY_S
    trail.shown(thea, "emergency_read", ["e1"])
    assert len(await rows()) == 4
    many = [f"f{n}" for n in range(5000)]
    trail.shown(thea, "emergency_read", many)
    (_, _, said) = (await rows())[-1]
    assert (said["sessions"], said["more"]) == (many[: module.NAMED], 5000 - module.NAMED)
    # Memory is bounded; the oldest is forgotten.
    monkeypatch.setattr(module, "REMEMBERED", 100)
    trail.shown(thea, "emergency_read", [f"g{n}" for n in range(200)])
    for _ in range(6000):
        trail.shown(thea, "audit_read")
    assert len(trail._shown) <= 5210

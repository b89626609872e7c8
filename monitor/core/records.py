"""Raw records of a cuff (0x2A35) in a session: each is live, old or of unknown age.

`cuff_memory` says which; here it is put into effect. A record of unknown age is stored and shown at
once with that doubt, and warns after the few seconds in which the rest of its burst may come.
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.core import cuff_users, reconsider
from monitor.core.cuff_memory import BURST_S, Record
from monitor.core.events import Event, MeasuredNow, Refused
from monitor.core.pressures import Pressure
from monitor.core.state import Source, State
from monitor.core.timebase import LATE_S, span
from monitor.core.vitals import Observation

UNKNOWN: Final = "its age is unknown, it may have been stored in the cuff"


class Classified(Struct, frozen=True):
    """events: what it says of earlier ones; late: why it is history; waits: it is judged later."""

    events: list[Event]
    effective: float
    late: str = ""
    doubts: dict[str, str] = {}
    waits: bool = False


def classify(
    state: State, source: Source, observation: Observation, key: str, now: float
) -> Classified:
    """A record that was admitted. key: of its first row."""
    device, received = observation.device, observation.issued
    record, changed = source.cuff.take(key, received, observation.stamp, observation.values)
    _name(source, observation.user)
    events: list[Event] = []
    for earlier in changed:
        events += _changed(state, source, device, earlier, now)
    if record.age == "old":
        effective, reason = _stored(source, record)
        _count(source, record)
        return Classified(events, effective, late=reason)
    if record.age == "live":
        events += cuff_users.learn(state, device, observation.user, now)
    doubts = {} if record.age == "live" else {"age": _unknown(observation.user)}
    other = cuff_users.doubt(state, device, observation.user)
    if other:
        doubts["user"] = other
    return Classified(events, received, doubts=doubts, waits=record.age == "unknown")


def with_doubts_of(first: Pressure, placed: Classified) -> Classified:
    """Another part of a measurement is worth no more than the part that came first."""
    doubts = first.doubts | placed.doubts
    return replace(placed, doubts=doubts, waits=placed.waits or first.waits)


def deadline(state: State) -> float | None:
    """When the next record that waits is judged."""
    due = [d for source in state.sources.values() if (d := source.cuff.deadline) is not None]
    return min(due, default=None)


def fall_due(state: State, now: float) -> list[Event]:
    events: list[Event] = []
    for device, source in state.sources.items():
        for record in source.cuff.decide(now):
            pressure = _pressure(state, device, record)
            if pressure is None:
                continue
            if record.age == "live":
                events += _prove(state, pressure, now)
            elif pressure.waits:
                events += reconsider.warn(state, pressure, now)
    return events


def measured_now(state: State, given: MeasuredNow, now: float) -> list[Event]:
    """Somebody saw that a record of unknown age was measured just now."""
    for device, source in state.sources.items():
        record = source.cuff.named(given.key)
        if record is None:
            continue
        pressure = _pressure(state, device, record)
        if record.age != "unknown" or pressure is None:
            raise Refused("The age of this reading is known.")
        if now - record.received > LATE_S:
            raise Refused(f"This reading came {span(now - record.received)} ago. Measure again.")
        source.cuff.prove(record)
        return _prove(state, pressure, now)
    raise Refused("There is no such reading of a cuff.")


def _changed(state: State, source: Source, device: str, record: Record, now: float) -> list[Event]:
    """An earlier record of which more is known now."""
    pressure = _pressure(state, device, record)
    if record.age == "live":
        return [] if pressure is None else _prove(state, pressure, now)
    _count(source, record)
    if pressure is None:
        return []
    effective, reason = _stored(source, record)
    return reconsider.outdate(state, pressure, reason, effective, now)


def _prove(state: State, pressure: Pressure, now: float) -> list[Event]:
    events = cuff_users.learn(state, pressure.device, pressure.user, now)
    other = cuff_users.doubt(state, pressure.device, pressure.user)
    rest = {k: v for k, v in pressure.doubts.items() if k not in ("age", "user")}
    doubts = rest | ({"user": other} if other else {})
    return events + reconsider.prove(state, pressure, doubts, now)


def _pressure(state: State, device: str, record: Record) -> Pressure | None:
    return next(
        (p for p in state.pressures if p.device == device and record.key in p.keys.values()), None
    )


def _unknown(user: int | None) -> str:
    return UNKNOWN if user is None else f"{UNKNOWN} (user {user} of the cuff)"


def _stored(source: Source, record: Record) -> tuple[float, str]:
    """When an old record was measured, as far as it is known, and the words for that."""
    before = source.cuff.stored_before(record)
    if before is None:
        return record.received, "stored in the cuff, measured before what it sent since"
    return record.received - before, f"stored in the cuff, measured {span(before)} ago or more"


def _count(source: Source, record: Record) -> None:
    """For people: how many it handed over, and how old the newest of them is."""
    effective, reason = _stored(source, record)
    stored = source.stored
    if record.received - stored.at >= BURST_S:
        stored.at, stored.count, stored.newest = record.received, 0, effective
    stored.count += 1
    stored.newest = max(stored.newest, effective)
    many = "A reading" if stored.count == 1 else f"{stored.count} readings, each"
    stored.reason = f"{many} {reason}. Kept, and not watched."


def _name(source: Source, user: int | None) -> None:
    if user is not None and user not in source.users:
        source.users = sorted({*source.users, user})

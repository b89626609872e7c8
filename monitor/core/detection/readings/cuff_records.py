"""Raw records of a cuff (0x2A35) in a session: each is live, old or of unknown age.

`cuff_memory` decides which; this module applies it. A record of unknown age is stored and shown
immediately with that doubt, and warns after the few seconds in which the rest of its burst may
come.
"""

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.detection.readings import cuff_users, reconsider
from monitor.core.quality.clocks.timebase import LATE_S
from monitor.core.quality.cuffs.cuff_memory import BURST_S, Record
from monitor.core.quality.cuffs.pressures import Pressure, both, with_row
from monitor.core.state import State
from monitor.core.state.devices import Source
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import MeasuredNow
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation


class Classified(Struct, frozen=True):
    """The class of a record.

    events: about earlier records; late: why it is history; waits: it is judged later
    """

    events: list[Event]
    effective: float
    late: Reason | None = None
    doubts: dict[str, Reason] = {}
    waits: bool = False

    @property
    def unproven(self) -> Reason | None:
        """See `Pressure.unproven`."""
        return both(*self.doubts.values())


def classify(
    state: State, source: Source, observation: Observation, key: str, now: float
) -> Classified:
    """Classify a record that is not a duplicate. key: of its first row."""
    device, received = observation.device, observation.issued
    stamp = source.arrivals.contents.stamp(observation)
    record, changed = source.cuff.take(key, received, stamp, observation.values)
    _name(source, observation.user)
    events: list[Event] = []
    for earlier in changed:
        events += _changed(state, source, earlier, now)
    if record.age == "old":
        effective, reason = _history(source, record)
        return Classified(events, effective, late=reason)
    if record.age == "live":
        events += cuff_users.learn(state, device, observation.user, now)
    doubts = {} if record.age == "live" else {"age": _of_unknown_age(observation.user)}
    other = cuff_users.doubt(state, device, observation.user)
    if other:
        doubts["user"] = other
    return Classified(events, received, doubts=doubts, waits=record.age == "unknown")


def with_doubts_of(first: Pressure, placed: Classified) -> Classified:
    """Add the doubts of the part that came first: a further part is no more certain."""
    doubts = first.doubts | placed.doubts
    return replace(placed, doubts=doubts, waits=placed.waits or first.waits)


def deadline(state: State) -> float | None:
    """Return when the next waiting record is judged; None: none waits."""
    due = [
        d for source in state.devices.sources.values() if (d := source.cuff.deadline) is not None
    ]
    return min(due, default=None)


def fall_due(state: State, now: float) -> list[Event]:
    events: list[Event] = []
    for source in state.devices.sources.values():
        for record in source.cuff.decide(now):
            pressure = with_row(state.cuffs.pressures, record.key)
            if pressure is None:
                continue
            if record.age == "live":
                events += _prove(state, pressure, now)
            elif pressure.waits:
                events += reconsider.warn(state, pressure, now)
    return events


def settle(state: State, now: float) -> list[Event]:
    """Judge the waiting records now: the session ends, and no more messages come."""
    for source in state.devices.sources.values():
        source.cuff.hurry(now)
    return fall_due(state, now)


def measured_now(state: State, given: MeasuredNow, now: float) -> list[Event]:
    """Take a record of unknown age as live, by a person's word.

    Raise `Refused` if its age is known, if it came too long ago, or if there is no such record.
    """
    for source in state.devices.sources.values():
        record = source.cuff.named(given.key)
        if record is None:
            continue
        pressure = with_row(state.cuffs.pressures, record.key)
        if record.age != "unknown" or pressure is None:
            raise Refused(Reason("age_known"))
        if now - record.received > LATE_S:
            raise Refused(Reason("record_old", {"seconds": now - record.received}))
        source.cuff.prove(record)
        return _prove(state, pressure, now)
    raise Refused(Reason("no_such_record"))


def _changed(state: State, source: Source, record: Record, now: float) -> list[Event]:
    """Apply a new classification of an earlier record."""
    pressure = with_row(state.cuffs.pressures, record.key)
    if record.age == "live":
        return [] if pressure is None else _prove(state, pressure, now)
    effective, reason = _history(source, record)
    if pressure is None:
        return []
    return reconsider.outdate(state, pressure, reason, effective, now)


def _prove(state: State, pressure: Pressure, now: float) -> list[Event]:
    events = cuff_users.learn(state, pressure.device, pressure.user, now)
    other = cuff_users.doubt(state, pressure.device, pressure.user)
    rest = {k: v for k, v in pressure.doubts.items() if k not in ("age", "user")}
    doubts = rest | ({"user": other} if other else {})
    return events + reconsider.prove(state, pressure, doubts, now)


def _of_unknown_age(user: int | None) -> Reason:
    return Reason("record_of_unknown_age", {"user": user})


def _history(source: Source, record: Record) -> tuple[float, Reason]:
    """Count an old record. Return its time of measurement, as far as known, and the reason."""
    before = source.cuff.stored_before(record)
    effective, reason = record.received, Reason("stored_before")
    if before is not None:
        effective -= before
        reason = Reason("stored_for", {"seconds": before})
    _count(source, record.received, effective, reason)
    return effective, reason


def _count(source: Source, received: float, effective: float, reason: Reason) -> None:
    """Count the old records of a burst, for display: how many, and how old the newest is."""
    stored = source.stored
    if received - stored.at >= BURST_S:
        stored.at, stored.count, stored.newest = received, 0, effective
    stored.count += 1
    stored.newest = max(stored.newest, effective)
    stored.because = Reason("records_stored", {"count": stored.count, "why": reason})


def _name(source: Source, user: int | None) -> None:
    if user is not None and user not in source.users:
        source.users = sorted({*source.users, user})

"""Apply a believed reading: to the newest value, silence, limits, and the schedule.

An *unproven* reading, which may be of another time or of another person, only warns: it is shown
with its doubt and can raise an alarm. It does not clear, does not confirm, does not satisfy the
schedule and does not open a gate.
"""

from typing import Final

from msgspec.structs import replace

from monitor.core.detection import crossings, cuff_requests, expected_course, not_recovering, phases
from monitor.core.gates import heart_rates
from monitor.core.quality.clocks.timebase import counted_from
from monitor.core.quality.consistency import Cuff
from monitor.core.quality.cuffs.pressures import Pressure, doubted
from monitor.core.quality.stream import PRESENT_S, Follower
from monitor.core.state import State
from monitor.core.state.vitals import Newest, Single
from monitor.core.technical import bp_overdue, no_data
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS, Observation

_NONE: Final[dict[str, Follower]] = {}

# vital sign, value, why it is suspect
Believed = tuple[str, float, Reason | None]


def believe(
    state: State, device: str, believed: list[Believed], effective: float, issued: float,
    now: float,
) -> list[Event]:  # fmt: skip
    """Apply the values of one reading that is known to be of now and of the patient."""
    events: list[Event] = []
    if state.session.phase == "preparation":
        events += phases.enter(state, "baseline", now)
    since = counted_from(effective, issued)
    older = [v for v, _, _ in believed if overtaken(state, v, device, effective, issued)]
    for vital in _watched([b for b in believed if b[0] not in older] if older else believed):
        events += no_data.end_silence(state, vital, since, now)
    for vital, value, cause in believed:
        if vital in older:
            # It is only for the chart: the newer values decide about the present.
            events += crossings.overtaken(state, vital, value, effective, now)
            continue
        newest, noted = Newest(value, effective, issued, cause), False
        state.vitals.believe(vital, device, newest)
        if VITALS[vital].stream is None or not device:
            _keep(state, vital, device, newest, since)
        if not cause:
            state.baseline.readings.add(vital, value, effective)
            noted = state.vitals.remember(vital, value, effective)
        elif vital == PULSE:
            heart_rates.doubt(state, device, newest)
        events += crossings.judge(
            state, vital, value, effective, since, now, device=device, clean=not cause
        )
        if noted and state.session.doses:
            level = crossings.level_of(state, vital, device, value)
            events += expected_course.judge(state, vital, level, effective, now)
    return events


def warn(
    state: State, device: str, believed: list[Believed], effective: float, issued: float,
    now: float, unproven: Reason,
) -> list[Event]:  # fmt: skip
    """Apply unproven values. unproven: why they are."""
    events: list[Event] = []
    since = counted_from(effective, issued)
    for vital, value, cause in believed:
        if overtaken(state, vital, device, effective, issued):
            events += crossings.overtaken(state, vital, value, effective, now)
            continue
        newest = Newest(value, effective, issued, cause)
        state.vitals.draw(vital, newest)
        if vital == PULSE:
            heart_rates.doubt(state, device, newest)
        if VITALS[vital].stream is not None:
            # It is judged, so there is no silence; only proven ones end an alarm of silence.
            state.vitals.hear(vital, since)
            events += crossings.judge(
                state, vital, value, effective, since, now, device=device, clean=False
            )
        else:
            _keep(state, vital, device, newest, since, unproven)
            events += crossings.begin_only(state, vital, value, effective, since, now, unproven)
    return events


def _keep(
    state: State, vital: str, device: str, newest: Newest, counted_from: float,
    unproven: Reason | None = None,
) -> None:  # fmt: skip
    """Keep a single measurement, for judging the others again when one of them is struck out."""
    if vital in PRESSURES:
        return  # kept as measurements, see `take_pressure`
    value, effective, received = newest.value, newest.effective, newest.received
    turn = state.cuffs.turns.take(state.now)
    single = Single(device, value, effective, counted_from, received, turn, newest.cause, unproven)
    state.vitals.keep_single(vital, single)


def show(
    state: State, merits: list[Believed], why: Reason | None, effective: float, issued: float
) -> None:
    """Show values immediately, with their doubt, that are judged a moment later."""
    for vital, value, _ in merits:
        state.vitals.draw(vital, Newest(value, effective, issued, why))


def overtaken(state: State, vital: str, device: str, effective: float, issued: float) -> bool:
    """Return whether a newer reading came before. This one is then not judged and ends no silence.

    Each source of a stream is followed by itself: a reading that comes in time is not overtaken by
    another source with a shorter route. A pressure is overtaken only by proven ones.
    """
    if vital not in PRESSURES:
        newest = state.vitals.newest.get(vital)
        if newest is None or effective >= newest.effective:
            return False
        if VITALS[vital].stream is None or issued - effective > PRESENT_S:
            return True
        follower = state.vitals.following.get(vital, _NONE).get(device)
        return follower is not None and follower.at is not None and effective < follower.at
    for pressure in reversed(state.cuffs.pressures):
        if pressure.effective <= effective:
            return False
        if not pressure.unproven and pressure.value(vital) is not None:
            return True
    return False


def _watched(judged: list[Believed]) -> list[str]:
    """Return the judged vital signs as silence watches them; a diastolic alone is no pressure."""
    if len(judged) == 1:  # nearly always: one heart rate
        vital = judged[0][0]
        return [] if vital == "dbp" else [vitals.watched_as(vital)]
    return sorted({vitals.watched_as(vital) for vital, _, _ in judged if vital != "dbp"})


# --- pressures ----------------------------------------------------------------------------------


def take_pressure(  # noqa: PLR0913 - what a measurement is made of
    state: State, observation: Observation, believed: list[Believed], keys: dict[str, str],
    effective: float, now: float, *, doubts: dict[str, Reason], part_of: Pressure | None = None,
    another: bool = False, waits: bool = False,
) -> list[Event]:  # fmt: skip
    """Take a judged pressure for gates, schedule and recovery.

    doubts    see `Pressure`; part_of: the measurement whose other half it is
    another   a further pressure may be free of this one's doubt
    """
    turns = dict.fromkeys([vital for vital, _, _ in believed], state.cuffs.turns.take(now))
    pressure = replace(_pressure(observation, believed, keys, effective), turns=turns)
    if part_of is not None:
        pressure = _joined(part_of, pressure)
    pressure = replace(doubted(pressure, doubts), waits=waits)
    state.cuffs.put(pressure, instead_of=part_of)
    if state.cuffs.newest is None or effective >= state.cuffs.newest.at:
        if not doubts:
            state.cuffs.set_newest(Cuff(effective, pressure.values))
        cuff_requests.look_again(state, now, doubted=another)
    if doubts or not pressure.counts:
        return []
    return satisfy(state, effective, now)


def satisfy(state: State, effective: float, now: float) -> list[Event]:
    """Satisfy the schedule with a pressure that is of now and of the patient."""
    state.cuffs.schedule.take(state.session.protocol, state.session.last_dose_at, effective)
    return bp_overdue.judge(state, now) + not_recovering.judge(state, now)


def _pressure(
    observation: Observation, believed: list[Believed], keys: dict[str, str], effective: float
) -> Pressure:
    values = {vital: value for vital, value, _ in believed}
    causes = {vital: cause for vital, _, cause in believed if cause}
    return Pressure(
        effective, values.get("sbp"), values.get("dbp"), clean=not causes, mean=values.get("map"),
        device=observation.device, by=observation.by,
        counted_from=counted_from(effective, observation.issued), received=observation.issued,
        measured=observation.effective, causes=causes, user=observation.user,
        keys={vital: key for vital, key in keys.items() if vital in PRESSURES},
    )  # fmt: skip


def _joined(first: Pressure, second: Pressure) -> Pressure:
    return replace(
        first,
        sbp=second.sbp if first.sbp is None else first.sbp,
        dbp=second.dbp if first.dbp is None else first.dbp,
        mean=second.mean if first.mean is None else first.mean,
        counted_from=second.counted_from, received=second.received,
        keys=first.keys | second.keys, causes=first.causes | second.causes,
        turns=first.turns | second.turns,
    )  # fmt: skip

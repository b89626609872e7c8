"""Judge readings again because more is known now than when they came.

A cuff's record may prove to be of now, or old; a person may confirm that it was measured just now,
or set which user of a shared cuff the patient is. The rows on the record change with a reason, and
from now on the state is as if that had been known from the start; past events stay on the record.
"""

from collections.abc import Callable, Collection, Sequence
from math import inf
from typing import Final

from msgspec.structs import replace

from monitor.core.detection import crossings, not_recovering
from monitor.core.detection.readings import believing
from monitor.core.quality.consistency import Cuff, beside
from monitor.core.quality.cuffs.pressures import Pressure, both, doubted
from monitor.core.quality.plausibility import Judgement
from monitor.core.state import State
from monitor.core.state.vitals import Newest
from monitor.core.technical import bp_overdue, no_data, timers
from monitor.core.vocabulary.events import Event, Rejudged
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES

_UNSURE: Final = Reason("waited_over_step")


def prove(state: State, pressure: Pressure, doubts: dict[str, Reason], now: float) -> list[Event]:
    """Take a pressure as proven to be of now. doubts: those that remain."""
    known = doubted(pressure, doubts)
    state.cuffs.put(known, instead_of=pressure)
    events = _retell(known, now)
    if _overtaken(state, known):
        _settle_into_place(state, known)
        if pressure.waits:  # it was not judged yet
            for vital, value in known.values.items():
                events += crossings.overtaken(state, vital, value, known.effective, now)
        return events + again(state, now, Reason("judged_anew"))
    if known.unproven:
        return events + warn(state, known, now)
    state.cuffs.put(_judged(state, known, now), instead_of=known)
    believed = [(v, value, known.causes.get(v)) for v, value in known.values.items()]
    state.cuffs.set_newest(Cuff(known.effective, known.values))
    events += believing.believe(state, known.device, believed, known.effective, known.received, now)
    # The wait for a repeat of the crossings that it begins may already be over.
    events += crossings.fall_due(state, now)
    return events + believing.satisfy(state, known.effective, now)


def warn(state: State, pressure: Pressure, now: float) -> list[Event]:
    """Judge a record that waited for the rest of its burst: it can raise now; its doubts stay."""
    known = _judged(state, replace(pressure, waits=False), now)
    state.cuffs.put(known, instead_of=pressure)
    why = known.unproven
    assert why is not None
    believed: list[believing.Believed] = [(v, value, why) for v, value in known.values.items()]
    events = believing.warn(
        state, known.device, believed, known.effective, known.received, now, why
    )
    return events + crossings.fall_due(state, now)


def _judged(state: State, pressure: Pressure, now: float) -> Pressure:
    """Return the pressure with its turn set to now, whenever it came."""
    return replace(pressure, turns=dict.fromkeys(pressure.values, state.cuffs.turns.take(now)))


def _overtaken(state: State, pressure: Pressure) -> bool:
    return any(
        believing.overtaken(state, vital, pressure.device, pressure.effective, pressure.received)
        for vital in pressure.values
    )


def _settle_into_place(state: State, pressure: Pressure) -> None:
    """Add it to the baseline's readings: it was measured before others that count already."""
    if pressure.unproven:
        return
    for vital, value in pressure.values.items():
        if vital not in pressure.causes:
            state.baseline.readings.add(vital, value, pressure.effective)


def _leave_baseline(state: State, pressure: Pressure) -> None:
    for vital in pressure.values:
        state.baseline.readings.take_out(vital, pressure.effective)


def rejudge(
    state: State, pressure: Pressure, verdicts: dict[str, Judgement], now: float
) -> list[Event]:
    """Change the verdicts on a first half because of the second. verdicts: by vital sign."""
    kept = {v: value for v, value in pressure.values.items() if verdicts[v][0] != "rejected"}
    causes = {v: verdicts[v][1] for v in kept if verdicts[v][1]}
    events: list[Event] = [
        Rejudged(
            at=now, keys=(pressure.keys[vital],), state=verdict, because=reason,
            effective=pressure.effective,
        )
        for vital, (verdict, reason) in verdicts.items()
    ]  # fmt: skip
    _leave_baseline(state, pressure)
    known = replace(
        pressure, sbp=kept.get("sbp"), dbp=kept.get("dbp"), mean=kept.get("map"), causes=causes,
    )  # fmt: skip
    known = doubted(known, pressure.doubts)
    state.cuffs.put(known, instead_of=pressure)
    _settle_into_place(state, known)
    return events + again(state, now, Reason("other_half_against"), gone=[pressure])


def outdate(
    state: State, pressure: Pressure, reason: Reason, effective: float, now: float
) -> list[Event]:
    """Turn a pressure that proved old into history, and withdraw the alarms that it raised."""
    state.cuffs.leave(pressure)
    _leave_baseline(state, pressure)
    keys = tuple(pressure.keys.values())
    told = Rejudged(at=now, keys=keys, state="late", because=reason, effective=effective)
    return [told, *again(state, now, Reason("was_old", {"why": reason}), gone=[pressure])]


def leave_out(
    state: State, pressure: Pressure, vitals: Collection[str], now: float, why: Reason
) -> list[Event]:
    """Remove these values of a pressure. why: the reason why an alarm on them ends."""
    _take_values_out(state, pressure, vitals)
    events = [] if pressure.unproven else _without_neighbour(state, pressure, now)
    return events + again(state, now, why, gone=[pressure])


def _without_neighbour(state: State, gone: Pressure, now: float) -> list[Event]:
    """Judge the pressures that were compared with a removed one by the one before it instead."""
    events: list[Event] = []
    earlier = [p for p in state.cuffs.proven if p.effective <= gone.effective]
    before = Cuff(earlier[-1].effective, earlier[-1].values) if earlier else None
    beside_it = Cuff(gone.effective, gone.values)
    for pressure in [
        p for p in state.cuffs.pressures if p.effective > gone.effective and not p.waits
    ]:
        values, effective = pressure.values, pressure.effective
        was, doubt = beside(values, effective, beside_it), beside(values, effective, before)
        causes = {v: c for v, c in pressure.causes.items() if not was or c != was}
        if doubt:
            causes = dict.fromkeys(values, doubt) | causes
        if causes != pressure.causes:
            known = doubted(replace(pressure, causes=causes), pressure.doubts)
            state.cuffs.put(known, instead_of=pressure)
            _leave_baseline(state, known)
            _settle_into_place(state, known)
            events += _retell(known, now)
        if not pressure.unproven:
            break
    return events


def _take_values_out(state: State, pressure: Pressure, vitals: Collection[str]) -> None:
    left = {v: value for v, value in pressure.values.items() if v not in vitals}
    if not left:
        state.cuffs.leave(pressure)
        return
    known = replace(
        pressure, sbp=left.get("sbp"), dbp=left.get("dbp"), mean=left.get("map"),
        keys={v: key for v, key in pressure.keys.items() if v not in vitals},
        causes={v: cause for v, cause in pressure.causes.items() if v not in vitals},
    )  # fmt: skip
    state.cuffs.put(doubted(known, pressure.doubts), instead_of=pressure)


def whose_anew(
    state: State, device: str, doubt: Callable[[Pressure], Reason | None], now: float, why: Reason
) -> list[Event]:
    """Apply `doubt` anew to each pressure of one device: whether it is the patient's."""
    known = [p for p in state.cuffs.pressures if p.device == device]
    return _doubt_anew(state, "user", [(p, doubt(p)) for p in known], now, why)


def unsure(state: State, device: str, since: float, now: float) -> list[Event]:
    """Doubt the age of the pressures of one device received from `since` on."""
    known = [p for p in state.cuffs.pressures if p.device == device and p.received >= since]
    return _doubt_anew(state, "clock", [(p, _UNSURE) for p in known], now, Reason("age_unknown"))


def _doubt_anew(
    state: State, kind: str, said: Sequence[tuple[Pressure, Reason | None]], now: float, why: Reason
) -> list[Event]:
    """Set the doubt of one kind for each pressure; judge again if any changed."""
    events: list[Event] = []
    anew: list[Pressure] = []
    for pressure, doubt in said:
        if doubt == pressure.doubts.get(kind):
            continue
        anew.append(pressure)
        doubts = {k: v for k, v in pressure.doubts.items() if k != kind}
        known = doubted(pressure, doubts | ({kind: doubt} if doubt else {}))
        state.cuffs.put(known, instead_of=pressure)
        events += _retell(known, now)
        _leave_baseline(state, known)
        _settle_into_place(state, known)
    return events + again(state, now, why, gone=anew) if anew else []


def again(state: State, now: float, why: Reason, gone: Collection[Pressure] = ()) -> list[Event]:
    """Judge all kept pressures again. gone: earlier versions of those that may count less now."""
    for vital in PRESSURES:
        state.vitals.find_newest(vital, _known(state, vital))
    proven = state.cuffs.proven
    newest = Cuff(proven[-1].effective, proven[-1].values) if proven else None
    state.cuffs.set_newest(newest)
    events = crossings.judge_all_again(state, now, why)
    counted = [p.effective for p in proven if p.counts]
    state.cuffs.schedule.take_anew(state.session.protocol, state.session.last_dose_at, counted)
    events += _hear_anew(state, gone, now)
    return events + bp_overdue.judge(state, now) + not_recovering.judge(state, now)


def _hear_anew(state: State, gone: Collection[Pressure], now: float) -> list[Event]:
    """Count silence from the newest pressure that was judged when it came.

    One that came after a newer one was not judged, so it does not end silence.
    """
    counted_from, newest = state.session.opened_at, -inf
    for p in sorted(state.cuffs.proven, key=lambda p: p.received):
        if p.counts and p.effective >= newest:
            counted_from, newest = p.counted_from, p.effective
    counted = state.vitals.silence.get("sbp", counted_from)
    if counted_from > counted and newest > -inf:
        return no_data.end_silence(state, "sbp", counted_from, now)
    if counted_from == counted or not any(
        p.counted_from == counted and not p.unproven for p in gone
    ):
        return []
    state.vitals.count_silence("sbp", counted_from)
    return timers.fall_due(state, now)


def _known(state: State, vital: str) -> list[Newest]:
    """In order of measurement."""
    return [
        Newest(value, p.effective, p.received, p.unproven or p.causes.get(vital))
        for p in state.cuffs.pressures
        if (value := p.value(vital)) is not None
    ]


def _retell(pressure: Pressure, now: float) -> list[Event]:
    """Return the present verdicts on its rows, one event for all rows with the same reason."""
    rows: list[tuple[Reason | None, list[str]]] = []
    for vital, key in pressure.keys.items():
        if vital in pressure.values:
            why = both(pressure.unproven, pressure.causes.get(vital))
            alike = next((keys for known, keys in rows if known == why), None)
            if alike is None:
                rows.append((why, [key]))
            else:
                alike.append(key)
    return [
        Rejudged(
            at=now, keys=tuple(keys), state="suspect" if why else "accepted", because=why,
            effective=pressure.effective,
        )
        for why, keys in rows
    ]  # fmt: skip

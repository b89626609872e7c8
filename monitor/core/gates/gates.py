"""The gates: the conditions for a dose, for a second one, and for ending a session.

Each function lists every unmet condition: the requirement, and the present value beside it, as
"2 clean pressure readings a minute apart: 1 of 2." An empty list opens the gate; a clinician may
override a shut one, on the record.

No gate opens for lack of data: if a vital sign that it needs has no clean present reading, that is
itself an unmet condition. Systolic and diastolic each count separately.
"""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from monitor.core.gates import heart_rates, standing_alarms
from monitor.core.gates.heart_rates import PresentRate
from monitor.core.gates.standing_alarms import ALARM
from monitor.core.protocol.protocol import HoldGate, Protocol
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.vocabulary.events import Alarm, Baseline
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.vitals import PRESSURES, PULSE
from monitor.core.vocabulary.words import RANK

# Rising by no more than this between two readings is "stable": half a good cuff's own spread.
STABLE: Final = 5.0
BASELINE_READINGS: Final = 2
# *Over* this age the pressure that blocks a dose is higher; the response is larger *from* this age
# on (see risk_limits.py): two sources.
HOLD_OVER_AGE: Final = 65
# Alarms about who watches and who can be notified, not about the patient: the user who ends a
# session is present, and no one needs notices of it any more.
OF_THE_WATCH: Final = frozenset({"unattended", "notice_failed"})


class Situation(Struct, frozen=True, kw_only=True):
    """All inputs of a gate.

    age          whole years at the opening; None: unknown
    rates        heart rates that have not expired: of each source the newest clean one, and the
                 doubtful ones since then
    hr_expected  a device of this session promises heart rate, or one was received
    present      other vital signs with a clean reading that is neither missing nor overdue
                 (pressures)
    pressures    newest last
    doses        number of doses so far
    baseline_too_soon   number of clean pressures less than a minute after one that counts
    """

    now: float
    protocol: Protocol
    age: int | None
    sitter: bool
    reachable: bool
    rates: tuple[PresentRate, ...]
    hr_expected: bool
    present: Collection[str]
    pressures: tuple[Pressure, ...]
    baseline_pressures: int
    baseline: dict[str, Baseline]
    last_dose_at: float | None
    alarms: tuple[Alarm, ...]
    doses: int = 1
    baseline_too_soon: int = 0


def hold(s: Situation) -> list[Unmet]:
    """Return the unmet conditions for the first dose."""
    gate, unmet = s.protocol.hold, []
    if s.baseline_pressures < BASELINE_READINGS:
        unmet.append(Unmet("baseline", Reason("baseline_short", {
            "wanted": BASELINE_READINGS, "count": s.baseline_pressures,
            "too_soon": s.baseline_too_soon,
        })))  # fmt: skip
    unmet += _waits(s)
    unmet += _calm(s) + _absent_pressures(s) + _heart_rate(s, gate.hr_under, gate.hr_over)
    unmet += _alarm_stands(s)
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", Reason("no_sitter")))
    if gate.reachable and not s.reachable:
        unmet.append(Unmet("reachable", Reason("not_reachable")))
    return unmet


def _heart_rate(s: Situation, lowest: float, highest: float) -> list[Unmet]:
    """Return the unmet condition of heart rate, which applies if one is expected or present."""
    against = heart_rates.against(s.rates, lowest, highest, expected=s.hr_expected)
    if against is None:
        return []
    found: Facts = {"low": lowest, "high": highest, "found": against}
    return [Unmet(PULSE, Reason("rate_unfit", found))]


def _absent_pressures(s: Situation) -> list[Unmet]:
    return [
        Unmet(vital, Reason("pressure_absent", {"vital": vital}))
        for vital in ("sbp", "dbp")
        if vital not in s.present
    ]


def _alarm_stands(s: Situation) -> list[Unmet]:
    seen = _newest(s)
    return [
        standing_alarms.unmet(a, seen, over=True) for a in s.alarms if standing_alarms.holds_back(a)
    ]


def _newest(s: Situation) -> dict[str, float]:
    """Return the newest value of each pressure: an alarm has only the one that judged it last."""
    return {
        vital: value
        for pressure in s.pressures
        for vital in PRESSURES
        if (value := pressure.value(vital)) is not None
    }


def uncovered(unmet: Sequence[Unmet], conditions: Collection[str]) -> list[Unmet]:
    """Return the unmet conditions that an override with these conditions does not cover."""
    named = {name for condition in conditions for name in _with_lower(condition)}
    return [each for each in unmet if each.id not in named]


def _with_lower(condition: str) -> list[str]:
    """Return a condition and its lower priorities: an alarm that eased since is still covered."""
    alarm, _, priority = condition.rpartition(":")
    if not condition.startswith(ALARM) or priority not in RANK:
        return [condition]
    return [f"{alarm}:{lower}" for lower in RANK if RANK[lower] <= RANK[priority]]


def _waits(s: Situation) -> list[Unmet]:
    """Return an unmet condition while a pressure waits a few seconds for its judgement."""
    if any(p.waits for p in s.pressures):
        return [Unmet("waits", Reason("reading_waits"))]
    return []


def _calm(s: Situation) -> list[Unmet]:
    """Require the newest pressure, and the repeats of one over a limit, within the limits."""
    gate = s.protocol.hold
    sbp_limit, dbp_limit = _before_dose(gate, s.age)
    over = _over(s.pressures, "sbp", sbp_limit) + _over(s.pressures, "dbp", dbp_limit)
    if over:
        return over
    high, done = _repeated(s.pressures, gate, s.age)
    if high is None or done >= gate.repeats:
        return []
    short: Facts = {"wanted": gate.repeats, "count": done, "apart": gate.repeat_apart_min}
    return [Unmet("repeats", Reason("repeats_short", short | _halves(high)))]


def repeat_wanted(pressures: Sequence[Pressure], gate: HoldGate, age: int | None) -> bool:
    """Return whether, before a dose, a pressure over its limit lacks some of its repeats."""
    high, done = _repeated(pressures, gate, age)
    return high is not None and done < gate.repeats


def _repeated(
    pressures: Sequence[Pressure], gate: HoldGate, age: int | None
) -> tuple[Pressure | None, int]:
    """Return the newest reading over a limit, and the number of clean, spaced repeats since.

    A doubtful reading over the limit needs no repeats: the next clean reading decides.
    """
    high, done, last = None, 0, 0.0
    sbp_limit, dbp_limit = _before_dose(gate, age)
    for reading in pressures:
        if not reading.clean:
            continue
        if _exceeds(reading.sbp, sbp_limit) or _exceeds(reading.dbp, dbp_limit):
            high, done, last = reading, 0, reading.effective
        elif (
            high is not None
            and reading.whole
            and reading.effective >= last + 60 * gate.repeat_apart_min
        ):
            done, last = done + 1, reading.effective
    return high, done


def _before_dose(gate: HoldGate, age: int | None) -> tuple[float, float]:
    """Return the systolic and diastolic limit for a person of this age."""
    older = age is not None and age > HOLD_OVER_AGE
    return gate.sbp_over_above_65 if older else gate.sbp_over, gate.dbp_over


def booster(s: Situation) -> list[Unmet]:
    """Return the unmet conditions for a further dose."""
    if not s.protocol.booster:
        return [Unmet("protocol", Reason("no_second_dose", {"text": s.protocol.name}))]
    unmet = _waits(s) + _alarm_stands(s)
    most = s.protocol.booster_bp_age_min
    newest = max((p.effective for p in s.pressures if p.whole), default=None)
    if newest is None or newest < s.now - 60 * most:
        unmet.append(Unmet("bp_age", Reason("pressure_old", {"minutes": most})))
    return unmet + _absent_pressures(s)


def discharge(s: Situation) -> list[Unmet]:
    """Return the unmet conditions for ending a session in which a dose was taken."""
    gate, unmet = s.protocol.discharge, []
    assert s.last_dose_at is not None
    if s.now < s.last_dose_at + 60 * gate.minimum_min:
        passed = int((s.now - s.last_dose_at) // 60)  # whole minutes that have passed
        early: Facts = {"wanted": gate.minimum_min, "passed": passed, "doses": s.doses}
        unmet.append(Unmet("minimum", Reason("too_early", early)))
    unmet += _waits(s)
    unmet += _settled(s) + _absent_pressures(s) + _heart_rate(s, gate.hr_from, gate.hr_to)
    seen = _newest(s)
    unmet += [standing_alarms.unmet(a, seen) for a in s.alarms if a.condition not in OF_THE_WATCH]
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", Reason("nobody_stays")))
    return unmet


def awake(alert: bool | None) -> list[Unmet]:
    """Require an alert patient. No device can measure that: a person's answer counts."""
    return [Unmet("alert", Reason("not_alert"))] if alert is False else []


def _settled(s: Situation) -> list[Unmet]:
    """Require two clean readings, spaced, after the expected peak, low enough and not rising.

    No reading since the first of them may be too high either.
    """
    gate = s.protocol.discharge
    assert s.last_dose_at is not None
    after = s.last_dose_at + 60 * s.protocol.expected_peak
    clean = [p for p in s.pressures if p.whole and p.effective >= after]
    last = clean[-1] if clean else None
    earlier = [p for p in clean if last and p.effective <= last.effective - 60 * gate.apart_min]
    if last is None or not earlier:
        return [Unmet("readings", Reason("settled_short", {
            "apart": gate.apart_min, "peak": s.protocol.expected_peak, "doses": s.doses,
            "count": min(len(clean), 1),
        }))]  # fmt: skip
    pair = (earlier[-1], last)
    # Doubtful ones count as well: a pressure that may have been high has not settled.
    since = [p for p in s.pressures if p.effective >= pair[0].effective]
    unmet = [
        Unmet("near_baseline", Reason("not_near_baseline", _far(s, p)))
        for p in [p for p in since if not _near(s, p)][-1:]
    ]
    if any(_rises(pair[0].value(vital), pair[1].value(vital)) for vital in ("sbp", "dbp")):
        was: Facts = {"was_sbp": pair[0].sbp, "was_dbp": pair[0].dbp}
        unmet.append(Unmet("stable", Reason("pressure_rises", was | _halves(pair[1]))))
    return unmet


def _far(s: Situation, found: Pressure) -> Facts:
    """Return a pressure that is not near the baseline, with the bounds."""
    gate = s.protocol.discharge
    base = {vital: of.value for vital, of in s.baseline.items()}
    return {
        "sbp_under": gate.sbp_under, "dbp_under": gate.dbp_under, "percent": gate.within_percent,
        "base_sbp": base.get("sbp"), "base_dbp": base.get("dbp"), **_halves(found),
    }  # fmt: skip


def _halves(of: Pressure) -> Facts:
    return {"sbp": of.sbp, "dbp": of.dbp}


def _rises(earlier: float | None, later: float | None) -> bool:
    return earlier is not None and later is not None and later > earlier + STABLE


def _near(s: Situation, reading: Pressure) -> bool:
    """Return whether each present half is under its limit, or each is near the baseline."""
    gate = s.protocol.discharge
    halves = (("sbp", gate.sbp_under), ("dbp", gate.dbp_under))
    there = [(v, value, under) for v, under in halves if (value := reading.value(v)) is not None]
    if all(value < under for _, value, under in there):
        return True
    share = 1 + gate.within_percent / 100
    return all(v in s.baseline and value <= s.baseline[v].value * share for v, value, _ in there)


def _over(pressures: Sequence[Pressure], vital: str, limit: float) -> list[Unmet]:
    """Judge the newest clean reading and all doubtful ones since: a doubtful one is no repeat."""
    value = 0.0
    for reading in reversed(pressures):
        if (found := reading.value(vital)) is not None:
            value = max(value, found)
            if reading.clean:
                break
    if not _exceeds(value, limit):
        return []
    over: Facts = {"vital": vital, "limit": limit, "value": value}
    return [Unmet(vital, Reason("pressure_over", over))]


def _exceeds(value: float | None, limit: float) -> bool:
    return value is not None and value > limit

"""The gates: what must hold before a dose, before a second one, and before a session ends.

Each function lists every condition that does not hold: what must hold, and the value beside it, as
"2 clean pressure readings a minute apart: 1 of 2." An empty list opens the gate; a clinician may
go past a shut one, on the record.

No gate opens for want of knowledge: a vital sign that it asks about and of which no clean reading
is present is itself a condition that does not hold. Systolic and diastolic count each by itself.
"""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from monitor.core.gates import heart_rates, standing_alarms
from monitor.core.gates.heart_rates import PresentRate
from monitor.core.gates.standing_alarms import ALARM
from monitor.core.protocol.protocol import HoldGate, Protocol
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.vocabulary import minutes
from monitor.core.vocabulary.events import Alarm, Baseline
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.vitals import PRESSURES, VITALS
from monitor.core.vocabulary.words import RANK

# Rising by no more than this between two readings is "stable": half a good cuff's own spread.
STABLE: Final = 5.0
BASELINE_READINGS: Final = 2
# Over this age a dose waits from a higher pressure on; the response is larger *from* it on (see
# risk_limits.py): two sources.
HOLD_OVER_AGE: Final = 65
# About who watches and who can be told, not about what they would see: whoever ends a session is
# there, and nobody has to be told of it any more.
OF_THE_WATCH: Final = frozenset({"unattended", "notice_failed"})


class Situation(Struct, frozen=True, kw_only=True):
    """Everything that a gate may look at.

    age          whole years at the opening; None: unknown
    rates        heart rates that have not expired: of each source the newest that nothing speaks
                 against, and those since then that something does
    hr_expected  a device of this session promises heart rate, or it once came
    present      other vital signs of which a clean reading is there that is neither missing nor
                 overdue (pressures)
    pressures    newest last
    doses        how many there were
    baseline_too_soon   clean pressures that came less than a minute after one that counts
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
    """What speaks against the first dose."""
    gate, unmet = s.protocol.hold, []
    if s.baseline_pressures < BASELINE_READINGS:
        unmet.append(
            Unmet("baseline", f"{BASELINE_READINGS} clean pressure readings a minute apart: "
                  f"{s.baseline_pressures} of {BASELINE_READINGS}{_too_soon(s.baseline_too_soon)}.")
        )  # fmt: skip
    unmet += _waits(s)
    unmet += _calm(s) + _absent_pressures(s) + _heart_rate(s, gate.hr_under, gate.hr_over)
    unmet += _alarm_stands(s)
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", "A sitter is named: none."))
    if gate.reachable and not s.reachable:
        unmet.append(Unmet("reachable", "The patient's address and phone: not both on file."))
    return unmet


def _too_soon(readings: int) -> str:
    """A reading that was taken and does not count is not passed over in silence."""
    return f", {readings} more came too soon" if readings else ""


def _heart_rate(s: Situation, lowest: float, highest: float) -> list[Unmet]:
    """It is asked about where a device promises it, or one came."""
    against = heart_rates.against(s.rates, lowest, highest, expected=s.hr_expected)
    words = f"A present clean heart rate of {lowest:g} to {highest:g}: {against}."
    return [Unmet("hr", words)] if against else []


def _absent_pressures(s: Situation) -> list[Unmet]:
    return [
        Unmet(vital, f"A present clean {VITALS[vital].name.lower()}: none.")
        for vital in ("sbp", "dbp")
        if vital not in s.present
    ]


def _alarm_stands(s: Situation) -> list[Unmet]:
    seen = _newest(s)
    return [
        standing_alarms.unmet(a, seen, over=True) for a in s.alarms if standing_alarms.holds_back(a)
    ]


def _newest(s: Situation) -> dict[str, float]:
    """Of each pressure the newest value: an alarm keeps the one that it was last judged by."""
    return {
        vital: value
        for pressure in s.pressures
        for vital in PRESSURES
        if (value := pressure.value(vital)) is not None
    }


def uncovered(unmet: Sequence[Unmet], conditions: Collection[str]) -> list[Unmet]:
    """What an override that names these conditions does not go past."""
    named = {name for condition in conditions for name in _with_lower(condition)}
    return [each for each in unmet if each.id not in named]


def _with_lower(condition: str) -> list[str]:
    """An alarm that has eased since is still the one that was named."""
    alarm, _, priority = condition.rpartition(":")
    if not condition.startswith(ALARM) or priority not in RANK:
        return [condition]
    return [f"{alarm}:{lower}" for lower in RANK if RANK[lower] <= RANK[priority]]


def _waits(s: Situation) -> list[Unmet]:
    """What it is, and whether it is an alarm, is known in a few seconds."""
    if any(p.waits for p in s.pressures):
        words = "Every pressure reading is judged: one came just now, and takes a few seconds."
        return [Unmet("waits", words)]
    return []


def _calm(s: Situation) -> list[Unmet]:
    """The newest pressure is within the limits, and so are the repeats of one that was not."""
    gate = s.protocol.hold
    sbp_limit, dbp_limit = _before_dose(gate, s.age)
    over = _over(s.pressures, "sbp", sbp_limit) + _over(s.pressures, "dbp", dbp_limit)
    if over:
        return over
    high, done = _repeated(s.pressures, gate, s.age)
    if high is None or done >= gate.repeats:
        return []
    words = (
        f"{gate.repeats} clean repeats {gate.repeat_apart_min:g} min apart since a pressure of "
        f"{high}: {done} of {gate.repeats}."
    )
    return [Unmet("repeats", words)]


def repeat_wanted(pressures: Sequence[Pressure], gate: HoldGate, age: int | None) -> bool:
    """Before a dose: a pressure was over its limit, and its repeats are not all in."""
    high, done = _repeated(pressures, gate, age)
    return high is not None and done < gate.repeats


def _repeated(
    pressures: Sequence[Pressure], gate: HoldGate, age: int | None
) -> tuple[Pressure | None, int]:
    """The newest reading over a limit, and how many clean repeats, so far apart, came since.

    One that was in doubt itself asks for no repeats: the next clean reading speaks against it.
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
    """Systolic and diastolic limit for somebody of this age."""
    older = age is not None and age > HOLD_OVER_AGE
    return gate.sbp_over_above_65 if older else gate.sbp_over, gate.dbp_over


def booster(s: Situation) -> list[Unmet]:
    """What speaks against a further dose."""
    if not s.protocol.booster:
        return [Unmet("protocol", f"A second dose in the protocol: {s.protocol.name} has none.")]
    unmet = _waits(s) + _alarm_stands(s)
    most = s.protocol.booster_bp_age_min
    newest = max((p.effective for p in s.pressures if p.whole), default=None)
    if newest is None or newest < s.now - 60 * most:
        unmet.append(Unmet("bp_age", f"A clean pressure reading in the last {most:g} min: none."))
    return unmet + _absent_pressures(s)


def discharge(s: Situation) -> list[Unmet]:
    """What speaks against ending a session in which a dose was taken."""
    gate, unmet = s.protocol.discharge, []
    assert s.last_dose_at is not None
    if s.now < s.last_dose_at + 60 * gate.minimum_min:
        passed = int((s.now - s.last_dose_at) // 60)  # the last is not over before it is
        since = f"{gate.minimum_min:g} min since {minutes.last(s.doses)}"
        unmet.append(Unmet("minimum", f"{since}: {passed} of {gate.minimum_min:g}."))
    unmet += _waits(s)
    unmet += _settled(s) + _absent_pressures(s) + _heart_rate(s, gate.hr_from, gate.hr_to)
    seen = _newest(s)
    unmet += [standing_alarms.unmet(a, seen) for a in s.alarms if a.condition not in OF_THE_WATCH]
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", "A sitter stays with the patient: none."))
    return unmet


def awake(alert: bool | None) -> list[Unmet]:
    """Who goes home is alert. Nobody can measure that: what was said of it counts."""
    said = "The patient is awake and answers: not confirmed."
    return [Unmet("alert", said)] if alert is False else []


def _settled(s: Situation) -> list[Unmet]:
    """Two clean readings, ten minutes apart, after the expected peak, low enough, not rising.

    Nor may any reading since the first of them be higher than that.
    """
    gate = s.protocol.discharge
    assert s.last_dose_at is not None
    after = s.last_dose_at + 60 * s.protocol.expected_peak
    clean = [p for p in s.pressures if p.whole and p.effective >= after]
    last = clean[-1] if clean else None
    earlier = [p for p in clean if last and p.effective <= last.effective - 60 * gate.apart_min]
    if last is None or not earlier:
        # The minute, not "the peak": a phase of that name goes on for long after it.
        counted = f"{s.protocol.expected_peak:g} min after {minutes.last(s.doses)} or later"
        words = f"2 clean pressure readings {gate.apart_min:g} min apart, {counted}"
        return [Unmet("readings", f"{words}: {min(len(clean), 1)} of 2.")]
    pair = (earlier[-1], last)
    # Doubtful ones count as well: what may have been high since then was not settled.
    since = [p for p in s.pressures if p.effective >= pair[0].effective]
    unmet = [
        Unmet("near_baseline", f"Pressure under {gate.sbp_under:g}/{gate.dbp_under:g}, or within "
              f"{gate.within_percent:g} % of the baseline{_of_baseline(s)}: {p}.")
        for p in [p for p in since if not _near(s, p)][-1:]
    ]  # fmt: skip
    if any(_rises(pair[0].value(vital), pair[1].value(vital)) for vital in ("sbp", "dbp")):
        unmet.append(Unmet("stable", f"Pressure does not rise: {pair[0]}, then {pair[1]}."))
    return unmet


def _of_baseline(s: Situation) -> str:
    """ " of 120/78"; "": there is none of both."""
    both = [s.baseline[vital].value for vital in ("sbp", "dbp") if vital in s.baseline]
    return f" of {both[0]:.0f}/{both[1]:.0f}" if len(both) == 2 else ""


def _rises(earlier: float | None, later: float | None) -> bool:
    return earlier is not None and later is not None and later > earlier + STABLE


def _near(s: Situation, reading: Pressure) -> bool:
    """Of each half that is there."""
    gate = s.protocol.discharge
    halves = (("sbp", gate.sbp_under), ("dbp", gate.dbp_under))
    there = [(v, value, under) for v, under in halves if (value := reading.value(v)) is not None]
    if all(value < under for _, value, under in there):
        return True
    share = 1 + gate.within_percent / 100
    return all(v in s.baseline and value <= s.baseline[v].value * share for v, value, _ in there)


def _over(pressures: Sequence[Pressure], vital: str, limit: float) -> list[Unmet]:
    """The newest clean one, and all doubtful ones since: none of those is a repeat."""
    value = 0.0
    for reading in reversed(pressures):
        if (found := reading.value(vital)) is not None:
            value = max(value, found)
            if reading.clean:
                break
    if not _exceeds(value, limit):
        return []
    return [Unmet(vital, f"{VITALS[vital].name} at most {limit:g}: {value:g}.")]


def _exceeds(value: float | None, limit: float) -> bool:
    return value is not None and value > limit

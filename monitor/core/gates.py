"""The gates: what must hold before a dose, before a second one, and before a session ends.

Each function lists every condition that does not hold, with the figure that it failed on. An
empty list opens the gate; a clinician may go past a shut one, on the record.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from monitor.core.events import Alarm, Baseline, Unmet
from monitor.core.protocol import HoldGate, Protocol

# Rising by no more than this between two readings is "stable": half a good cuff's own spread.
STABLE: Final = 5.0
BASELINE_READINGS: Final = 2
# About who watches and who can be told, not about what they would see: whoever ends a session is
# there, and nobody has to be told of it any more.
OF_THE_WATCH: Final = frozenset({"unattended", "notice_failed"})


class Pressure(Struct, frozen=True):
    """One believed pressure reading; clean: nothing speaks against it."""

    effective: float
    sbp: float
    dbp: float
    clean: bool


class Situation(Struct, frozen=True, kw_only=True):
    """Everything that a gate may look at.

    age          whole years at the opening; None: unknown
    hr           newest believed heart rate that has not expired; None: there is none
    hr_expected  a device of this session promises heart rate, or it once came
    pressures    newest last
    """

    now: float
    protocol: Protocol
    age: int | None
    sitter: bool
    reachable: bool
    hr: float | None
    hr_expected: bool
    pressures: tuple[Pressure, ...]
    baseline_pressures: int
    baseline: dict[str, Baseline]
    last_dose_at: float | None
    alarms: tuple[Alarm, ...]


def hold(s: Situation) -> list[Unmet]:
    """What speaks against the first dose."""
    gate, unmet = s.protocol.hold, []
    if s.baseline_pressures < BASELINE_READINGS:
        unmet.append(
            Unmet("baseline", f"Only {s.baseline_pressures} of {BASELINE_READINGS} clean pressure "
                  "readings a minute apart are in.")
        )  # fmt: skip
    unmet += _calm(s)
    if s.hr is None:
        if s.hr_expected:
            unmet.append(Unmet("hr", "There is no present heart rate."))
    elif not gate.hr_under <= s.hr <= gate.hr_over:
        unmet.append(
            Unmet("hr", f"Heart rate {s.hr:g} is outside {gate.hr_under:g} to {gate.hr_over:g}.")
        )
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", "No sitter is named."))
    if gate.reachable and not s.reachable:
        unmet.append(Unmet("reachable", "The patient's address or phone is missing."))
    return unmet


def _calm(s: Situation) -> list[Unmet]:
    """The newest pressure is within the limits, and so are the repeats of one that was not."""
    if not s.pressures:
        return []
    gate, newest = s.protocol.hold, s.pressures[-1]
    sbp_limit, dbp_limit = _before_dose(gate, s.age)
    over = _over("sbp", "Systolic pressure", newest.sbp, sbp_limit)
    over += _over("dbp", "Diastolic pressure", newest.dbp, dbp_limit)
    if over:
        return over
    high, done = _repeated(s.pressures, gate, s.age)
    if high is None or done >= gate.repeats:
        return []
    words = (
        f"Pressure was {high.sbp:g}/{high.dbp:g}, {(s.now - high.effective) / 60:.0f} min ago: "
        f"{done} of {gate.repeats} clean repeats {gate.repeat_apart_min:g} min apart are in."
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
        if reading.sbp > sbp_limit or reading.dbp > dbp_limit:
            high, done, last = reading, 0, reading.effective
        elif high is not None and reading.effective >= last + 60 * gate.repeat_apart_min:
            done, last = done + 1, reading.effective
    return high, done


def _before_dose(gate: HoldGate, age: int | None) -> tuple[float, float]:
    """Systolic and diastolic limit for somebody of this age."""
    older = age is not None and age > 65
    return gate.sbp_over_above_65 if older else gate.sbp_over, gate.dbp_over


def booster(s: Situation) -> list[Unmet]:
    """What speaks against a further dose."""
    if not s.protocol.booster:
        return [Unmet("protocol", f"{s.protocol.name} has no second dose.")]
    unmet = []
    if any(_holds_back(alarm) for alarm in s.alarms):
        unmet.append(Unmet("alarm", "A medium or high pressure alarm stands."))
    oldest = s.now - 60 * s.protocol.booster_bp_age_min
    if not s.pressures or s.pressures[-1].effective < oldest:
        unmet.append(
            Unmet(
                "bp_age", f"No pressure reading in the last {s.protocol.booster_bp_age_min:g} min."
            )
        )
    return unmet


def discharge(s: Situation) -> list[Unmet]:
    """What speaks against ending a session in which a dose was taken."""
    gate, unmet = s.protocol.discharge, []
    assert s.last_dose_at is not None
    if s.now < s.last_dose_at + 60 * gate.minimum_min:
        minutes = (s.now - s.last_dose_at) / 60
        unmet.append(Unmet("minimum", f"{minutes:.0f} of {gate.minimum_min:g} min since the dose."))
    unmet += _settled(s)
    if s.hr is not None and not gate.hr_from <= s.hr <= gate.hr_to:
        unmet.append(
            Unmet("hr", f"Heart rate {s.hr:g} is outside {gate.hr_from:g} to {gate.hr_to:g}.")
        )
    elif s.hr is None and s.hr_expected:
        unmet.append(Unmet("hr", "There is no present heart rate."))
    standing = [alarm for alarm in s.alarms if alarm.condition not in OF_THE_WATCH]
    if standing:
        many = "s" * (len(standing) > 1)
        unmet.append(Unmet("alarm", f"{len(standing)} alarm{many} not over."))
    if gate.sitter and not s.sitter:
        unmet.append(Unmet("sitter", "No sitter stays with the patient."))
    return unmet


def awake(alert: bool | None) -> list[Unmet]:
    """Who goes home is alert. Nobody can measure that: what was said of it counts."""
    return [Unmet("alert", "The patient is not alert.")] if alert is False else []


def _settled(s: Situation) -> list[Unmet]:
    """Two clean readings, ten minutes apart, after the expected peak, low enough, not rising.

    Nor may any reading since the first of them be higher than that.
    """
    gate = s.protocol.discharge
    assert s.last_dose_at is not None
    after = s.last_dose_at + 60 * s.protocol.expected_peak
    clean = [p for p in s.pressures if p.clean and p.effective >= after]
    if not clean:
        return [Unmet("readings", "No clean pressure reading since the expected peak.")]
    last = clean[-1]
    earlier = [p for p in clean if p.effective <= last.effective - 60 * gate.apart_min]
    if not earlier:
        return [
            Unmet("readings", f"Two clean pressure readings {gate.apart_min:g} min apart are "
                  "wanted after the expected peak; 1 is in.")
        ]  # fmt: skip
    pair = (earlier[-1], last)
    # Doubtful ones count as well: what may have been high since then was not settled.
    since = [p for p in s.pressures if p.effective >= pair[0].effective]
    unmet = [
        Unmet("near_baseline", f"Pressure {p.sbp:g}/{p.dbp:g} is neither under "
              f"{gate.sbp_under:g}/{gate.dbp_under:g} nor within {gate.within_percent:g} % of "
              "baseline.")
        for p in [p for p in since if not _near(s, p)][-1:]
    ]  # fmt: skip
    if pair[1].sbp > pair[0].sbp + STABLE or pair[1].dbp > pair[0].dbp + STABLE:
        unmet.append(
            Unmet("stable", f"Pressure still rises: {pair[0].sbp:g}/{pair[0].dbp:g}, then "
                  f"{pair[1].sbp:g}/{pair[1].dbp:g}.")
        )  # fmt: skip
    return unmet


def _near(s: Situation, reading: Pressure) -> bool:
    gate = s.protocol.discharge
    if reading.sbp < gate.sbp_under and reading.dbp < gate.dbp_under:
        return True
    share = 1 + gate.within_percent / 100
    sbp, dbp = s.baseline.get("sbp"), s.baseline.get("dbp")
    if sbp is None or dbp is None:
        return False
    return reading.sbp <= sbp.value * share and reading.dbp <= dbp.value * share


def _holds_back(alarm: Alarm) -> bool:
    pressure = alarm.vital in ("sbp", "dbp", "map") and alarm.kind == "physiological"
    return pressure and alarm.priority != "low" and alarm.cleared_at is None


def _over(key: str, name: str, value: float, limit: float) -> list[Unmet]:
    return [Unmet(key, f"{name} {value:g} is over {limit:g}.")] if value > limit else []

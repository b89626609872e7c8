"""The expected course of a dose, and two findings that do not depend on a limit.

`higher_than_expected`: a vital sign is above the values of all but a few people at this minute,
though it is below every limit. `later_than_expected`: it is higher than it was before, at a time
when the course of nearly all people is on its way down. The third finding of this kind, that it
does not come down, is `not_recovering`.

The expected course of one dose is `size * shape(minutes)` over the baseline. The shape depends on
the route; the size is that of a person's own peak. Its spread comes from infusions (Yale 2024, doi
10.1016/j.genhosppsych.2024.07.001: systolic 16, SD 11.2, diastolic 11, SD 8.45); the spread of
heart rate and temperature, the times of every shape, and an equal effect of oral doses are
engineering defaults, chosen to agree with published times of the peak and of the return. No value
is validated. The courses of several doses add up.
"""

from collections.abc import Sequence
from functools import cache
from math import exp
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.alarms.signal import AlarmBook, Finding
from monitor.core.protocol import risk_limits
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.state.vitals import Expecting
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import VITALS

HIGHER: Final = "higher_than_expected"
LATER: Final = "later_than_expected"

SPREADS: Final = 2.0  # standard deviations above the mean; 2 to 3 people in 100 are beyond
LARGER: Final = 1.3  # in hypertension, and from age 65 on
_LARGER_FOR: Final = ("hypertension", "age_65")
CONFIRMED_S: Final = 60.0  # from the first such reading to the one that makes the finding hold


class Shape(Struct, frozen=True):
    """A course that is 0 until `lag` min and 1 at `lag + peak` min; higher `steep`: narrower."""

    lag: float
    peak: float
    steep: float

    def at(self, minutes: float) -> float:
        x = (minutes - self.lag) / self.peak
        return 0.0 if x <= 0 else float(x**self.steep * exp(self.steep * (1.0 - x)))

    @property
    def top(self) -> float:
        return self.lag + self.peak


class Infusion(Struct, frozen=True):
    """A course that nears a plateau for `top` min and then halves every `halves` min."""

    top: float
    rises: float
    halves: float

    def at(self, minutes: float) -> float:
        if minutes <= 0:
            return 0.0
        if minutes <= self.top:
            return (1 - exp(-minutes / self.rises)) / (1 - exp(-self.top / self.rises))
        return float(2 ** (-(minutes - self.top) / self.halves))


ROUTES: Final[dict[str, Shape | Infusion]] = {
    "sublingual": Shape(5, 45, 3),
    "oral": Shape(10, 60, 3),
    "intranasal": Shape(2, 38, 3.5),
    "intramuscular": Shape(1, 19, 2),
    "intravenous": Infusion(40, 15, 18),
}
_WARMTH: Final = Shape(10, 90, 3)  # slow, by any route


def shape(vital: str, route: str) -> Shape | Infusion | None:
    """Return the course of a vital sign by a route; None: unknown for this route."""
    rule = VITALS[vital].course
    if rule is None or route not in ROUTES:
        return None
    return _WARMTH if rule.shape == "warmth" else ROUTES[route]


@cache
def falling_from(course: Shape | Infusion) -> float:
    """Return the minute from which less than half of the greatest rise is expected."""
    minute = course.top
    while course.at(minute) > 0.5:
        minute += 1.0
    return minute


def most(state: State, vital: str, at: float) -> float | None:
    """Return the greatest rise over the baseline that is expected at `at`; None: unknown."""
    rule = VITALS[vital].course
    if rule is None or vital not in state.baseline.values:
        return None
    share = 0.0
    for dose in state.session.doses:
        course = shape(vital, route_of(state, dose))
        if course is None:
            return None
        share += course.at((at - dose.at) / 60)
    return (rule.size + SPREADS * rule.spread) * _larger(state) * share + rule.noise


def uppers(state: State, until: float, step_s: float = 60.0) -> dict[str, list[float]]:
    """Return the highest expected values by vital sign, for a chart.

    One value every `step_s` from the first dose to `until`. Empty before a dose; vital signs
    without a known course are absent.
    """
    if not state.session.doses:
        return {}
    begins = state.session.doses[0].at
    moments = [begins + n * step_s for n in range(int((until - begins) // step_s) + 1)]
    found = {}
    for vital, base in state.baseline.values.items():
        rises = [most(state, vital, moment) for moment in moments]
        if None not in rises:
            found[vital] = [base.value + rise for rise in rises if rise is not None]
    return found


def route_of(state: State, dose: Dose) -> str:
    return dose.route if dose.route in ROUTES else state.session.protocol.route


def _route_at(state: State, at: float) -> str:
    """Return the route of the last dose up to that moment."""
    return route_of(state, [dose for dose in state.session.doses if dose.at <= at][-1])


def _larger(state: State) -> float:
    factors = risk_limits.of(state.session.facts, state.session.opened_at)
    return LARGER if any(factor in _LARGER_FOR for factor in factors) else 1.0


# --- the findings -------------------------------------------------------------------------------


def restart(state: State) -> None:
    """Begin anew after a dose: a rise before it is no measure of its course."""
    state.vitals.restart_course()


def judge(state: State, vital: str, value: float, effective: float, now: float) -> list[Event]:
    """Judge one clean value after a dose; of a stream the level of its course, thinned."""
    rise = most(state, vital, effective)
    if rise is None or effective < state.session.doses[0].at:
        return []
    seen = state.vitals.course(vital)
    return _higher(state, vital, value, effective, now, rise, seen) + _later(
        state, vital, value, effective, now, seen
    )


def anew(
    state: State, vital: str, readings: Sequence[tuple[float, float]], now: float, why: Reason
) -> list[Event]:
    """Judge the clean readings again because one of them or a dose was corrected.

    readings: measurement time and value, in order; why: the reason of an alarm that this ends
    """
    keys = {f"{condition}:{vital}": condition for condition in (HIGHER, LATER)}
    state.vitals.forget_course(vital)
    if not state.session.doses:
        return []
    book = state.alarms
    others = {key: alarm for key, alarm in book.standing.items() if key not in keys}
    tried = AlarmBook(book.encounter, standing=others)
    aside = replace(state, alarms=tried)
    for effective, value in readings:
        judge(aside, vital, value, effective, now)
    events: list[Event] = []
    for key, condition in keys.items():
        found = tried.standing.get(key)
        if found is None and not _limit_says_so(state, vital):
            events += book.release(key, now, why)
        elif found is not None and not book.holds(key):
            assert found.value is not None
            assert found.limit is not None
            events += _hold(
                state, condition, vital, found.value, found.limit, found.onset, now, found.because
            )
    return events


def _higher(
    state: State, vital: str, value: float, effective: float, now: float, rise: float,
    seen: Expecting,
) -> list[Event]:  # fmt: skip
    upper = state.baseline.values[vital].value + rise
    if value <= upper:
        seen.higher = None
        if value > upper - VITALS[vital].confirmation.hysteresis:
            return []
        return _release(state, HIGHER, vital, value, now, "back_to_expected")
    if seen.higher is None:
        seen.higher = effective
    if effective - seen.higher < CONFIRMED_S or _limit_says_so(state, vital):
        return []
    base = state.baseline.values[vital].value
    because = Reason(HIGHER, {
        "vital": vital, "value": value, "baseline": base, "rise": rise,
        "when": minutes.when(state.session.doses, effective), "route": _route_at(state, effective),
    })  # fmt: skip
    return _hold(state, HIGHER, vital, value, upper, seen.higher, now, because)


def _limit_says_so(state: State, vital: str) -> bool:
    """Return whether a limit of it is crossed: a further low alarm would add no information."""
    holds = state.alarms.holds
    return holds(f"{vital}_high") or holds(f"{vital}_rise")


def _later(
    state: State, vital: str, value: float, effective: float, now: float, seen: Expecting
) -> list[Event]:
    last, base = state.session.doses[-1], state.baseline.values[vital].value
    course, rule = shape(vital, route_of(state, last)), VITALS[vital].course
    assert course is not None
    assert rule is not None
    falling = falling_from(course)
    if effective < last.at + 60 * falling:
        if effective >= last.at and (seen.peak is None or value > seen.peak):
            seen.peak = value
        return _release(state, LATER, vital, value, now, "of_further_dose")
    if seen.peak is None:
        return []  # there was no measurement while it should have risen
    least = max(seen.peak, base + rule.slight)
    if value <= least:
        seen.later = None
        if value > least - VITALS[vital].confirmation.hysteresis:
            return []
        return _release(state, LATER, vital, value, now, "lower_again")
    if seen.later is None:
        seen.later = effective
    if effective - seen.later < CONFIRMED_S:
        return []
    doses = state.session.doses
    because = Reason(LATER, {
        "vital": vital, "value": value, "baseline": base, "doses": len(doses),
        "when": minutes.when(doses, effective), "falling": falling, "route": route_of(state, last),
    })  # fmt: skip
    return _hold(state, LATER, vital, value, least, seen.later, now, because)


def _hold(
    state: State, condition: str, vital: str, value: float, limit: float, onset: float, now: float,
    because: Reason,
) -> list[Event]:  # fmt: skip
    """Hold the finding at low, as it is no limit. The first reason of the alarm stays."""
    finding = Finding(
        priority="low", onset=onset, because=because, value=value,
        limit=round(limit, VITALS[vital].decimals + 1), source=Reason("of_expected_course"),
    )  # fmt: skip
    key = f"{condition}:{vital}"
    changes = state.alarms.hold(key, condition, "physiological", finding, now, vital=vital)
    return [*changes]


def _release(
    state: State, condition: str, vital: str, value: float, now: float, code: str
) -> list[Event]:
    key = f"{condition}:{vital}"
    if key not in state.alarms.standing:
        return []
    return [*state.alarms.release(key, now, Reason(code, {"vital": vital, "value": value}))]

"""The expected course of a dose, and the readings that deviate from it."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.detection.expected_course import (
    HIGHER,
    LATER,
    ROUTES,
    falling_from,
    most,
    shape,
    uppers,
)
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.vitals import VITALS
from tests.core.course import GOES_AHEAD, Course, changes, dosed, only

# Share of the greatest rise at these minutes after the dose, from the reference by which the
# defaults were chosen (rounded to hundredths there).
MINUTES: Final = (10, 20, 30, 40, 60, 90, 120, 180)
SHARES: Final[dict[str, tuple[float, ...]]] = {
    "sublingual": (0.02, 0.27, 0.65, 0.92, 0.94, 0.47, 0.16, 0.01),
    "oral": (0, 0.06, 0.27, 0.56, 0.95, 0.87, 0.51, 0.09),
    "intranasal": (0.07, 0.46, 0.86, 1.0, 0.70, 0.19, 0.03, 0),
    "intramuscular": (0.64, 1.0, 0.81, 0.51, 0.14, 0.01, 0, 0),
    "intravenous": (0.52, 0.79, 0.93, 1.0, 0.46, 0.15, 0.05, 0),
}


@pytest.mark.parametrize("route", SHARES)
def test_the_course_of_a_route(route: str) -> None:
    course = ROUTES[route]
    found = [course.at(minute) for minute in MINUTES]
    assert found == pytest.approx(SHARES[route], abs=0.0151)
    assert course.at(course.top) == pytest.approx(1.0)
    assert [course.at(minute) for minute in (-5.0, 0.0)] == [0.0, 0.0]


def test_every_preset_has_a_course_and_is_past_half_of_it_before_its_last_reading() -> None:
    for preset in PRESETS.values():
        course = shape("sbp", preset.route)
        assert course is not None
        assert preset.expected_peak < falling_from(course) < preset.bp_minutes[-1]


def rise(course: Course, vital: str, minute: float) -> float | None:
    return most(course.encounter.state, vital, course.start + 700 + 60 * minute)


def test_how_much_is_expected_at_most() -> None:
    """Two deviations above the mean at the peak, plus the error of measuring."""
    course = dosed()
    assert rise(course, "sbp", 50) == pytest.approx(16 + 2 * 11.2 + 10)
    assert rise(course, "dbp", 50) == pytest.approx(11 + 2 * 8.45 + 10)
    assert rise(course, "sbp", 5) == 10
    assert rise(course, "hr", 50) is None, "it has no baseline"
    assert rise(course, "map", 50) is None
    tense = dosed(risk_factors=("hypertension",))
    assert rise(tense, "sbp", 50) == pytest.approx(1.3 * (16 + 2 * 11.2) + 10)
    older = dosed(birth_year=1950)
    assert rise(older, "sbp", 50) == rise(tense, "sbp", 50)


def test_a_further_dose_adds_its_own_course() -> None:
    course = dosed()
    course.dose(700 + 60 * 40)
    single = [(rise(dosed(), "sbp", m) or 0) - 10 for m in (60, 20)]
    assert rise(course, "sbp", 60) == pytest.approx(sum(single) + 10)


def test_a_route_that_is_not_known_has_the_course_of_the_protocol() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    taken = Dose(course.start + 700, "ketamine", "as told", 100.0, "r.hill", GOES_AHEAD)
    course.apply(700, taken)
    assert rise(course, "sbp", 20) == rise(dosed(), "sbp", 20)


# --- higher -------------------------------------------------------------------------------------

TABLE: Final = [
    ("twice, a minute apart", [(10, 132.5), (11, 132.5)], True),
    ("at the edge", [(10, 132.0), (11, 132.0)], False),
    ("less than a minute apart", [(10, 140.0), (10.9, 140.0)], False),
    ("once", [(10, 140.0)], False),
    ("not in a row", [(10, 140.0), (12, 124.0), (14, 140.0)], False),
    ("expected at the peak", [(48, 165.0), (50, 165.0)], False),
    ("a limit says so", [(10, 152.0), (12, 152.0)], False),
    ("a limit said so, and is over", [(10, 152.0), (12, 152.0), (14, 140.0), (15, 140.0)], True),
]


@pytest.mark.parametrize(("readings", "found"), [t[1:] for t in TABLE], ids=[t[0] for t in TABLE])
def test_when_it_is_higher_than_expected(readings: list[tuple[float, float]], found: bool) -> None:
    course = dosed()
    for minute, sbp in readings:
        course.bp(700 + 60 * minute, sbp, 80)
    assert (course.standing(HIGHER) is not None) is found


def test_it_says_how_much_was_expected_and_only_a_clean_reading_inside_ends_it() -> None:
    course = dosed()
    course.bp(1300, 142, 80)
    course.bp(1420, 144, 80)
    (raised,) = changes(course.events, HIGHER)
    assert (raised.alarm.priority, raised.alarm.vital, raised.alarm.value) == ("low", "sbp", 144)
    assert raised.alarm.onset == course.start + 1300
    assert raised.alarm.reason == (
        "Systolic pressure 144 is 23 above the baseline of 121; 12 at most is expected 12 min "
        "after the dose (sublingual)."
    )
    course.bp(1500, 121, 80, flags=("movement",))
    course.bp(1560, 131, 80)  # inside, but not by enough
    course.advance(1700)
    assert course.standing(HIGHER) is not None
    course.bp(1700, 124, 80)
    assert course.told(HIGHER)[-1] == (1700, "cleared", HIGHER, "low")


def test_heart_rate_is_judged_by_its_course_and_not_by_a_spike() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(1, 200, 70)
    course.dose(201)
    course.beat(202, 400, 74)
    for t in range(401, 700):
        course.hr(t, 99 if t % 20 == 0 else 74)
    assert course.told(HIGHER) == []
    course.beat(700, 800, 83)
    assert [t[1:] for t in course.told(HIGHER)] == [("raised", HIGHER, "low")]
    assert 760 <= course.told(HIGHER)[0][0] <= 790


def test_before_a_dose_and_without_a_baseline_nothing_is_expected() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(4):
        course.bp(10 + 100 * n, 120 + 8 * n, 80)
    assert course.told(HIGHER, LATER) == []
    bare = Course(devices={"cuff": "cuff"})
    bare.dose(5)
    bare.bp(600, 160, 80)
    bare.bp(700, 160, 80)
    assert bare.told(HIGHER, LATER) == []


# --- later --------------------------------------------------------------------------------------

LATE: Final = [
    ("higher than it ever was", [(50, 130), (91, 142), (93, 143)], True),
    ("as high as it was", [(50, 142), (91, 142), (93, 142)], False),
    ("no more than slight", [(50, 125), (91, 136), (93, 136)], False),
    ("once", [(50, 130), (91, 142), (93, 128)], False),
    ("before it should fall", [(50, 130), (84, 142), (87.9, 142)], False),
    ("nothing was measured before", [(91, 142), (93, 142)], False),
    ("over again", [(50, 130), (91, 142), (93, 143), (100, 130)], False),
    ("not over by four", [(50, 130), (91, 142), (93, 143), (100, 133)], True),
]


@pytest.mark.parametrize(("readings", "found"), [t[1:] for t in LATE], ids=[t[0] for t in LATE])
def test_when_it_is_later_than_expected(readings: list[tuple[float, float]], found: bool) -> None:
    course = dosed()
    for minute, sbp in readings:
        course.bp(700 + 60 * minute, sbp, 80)
    assert (course.standing(LATER) is not None) is found


def test_it_says_from_when_it_should_have_fallen_and_a_further_dose_ends_it() -> None:
    course = dosed()
    for minute, sbp in [(50, 130), (91, 142), (93, 143)]:
        course.bp(700 + 60 * minute, sbp, 80)
    (raised,) = changes(course.events, LATER)
    assert raised.alarm.reason == (
        "Systolic pressure 143 is the highest since the dose, 22 above the baseline of 121, 93 min "
        "after the dose; from 88 min on it is expected to be well on its way down (sublingual)."
    )
    course.dose(700 + 60 * 95)
    course.bp(700 + 60 * 97, 143, 80)
    assert course.told(LATER)[-1][1] == "cleared"


# --- the same rule, restated over whole arrays --------------------------------------------------


@given(st.integers(0, 2**32 - 1))
def test_an_oracle_over_arrays_agrees(seed: int) -> None:
    random = np.random.default_rng(seed)
    minutes = np.cumsum(random.choice([0.5, 1.0, 5.0, 12.0, 25.0], 14)) + random.uniform(0, 8)
    values = 121 + np.round(random.choice([4, 12, 20, 46], 14) + random.normal(0, 6, 14))
    course = dosed(only())
    for minute, sbp in zip(minutes.tolist(), values.tolist(), strict=True):
        course.bp(700 + 60 * minute, sbp, 80)
    clean = {j.effective for j in course.judged("sbp") if j.state == "accepted"}
    kept = np.array([course.start + 700 + 60 * m in clean for m in minutes.tolist()])
    minutes, values = minutes[kept], values[kept]
    # Round as epoch seconds do: the sixth place of a minute is at the edge of their precision.
    minutes = (course.start + 700 + 60 * minutes - course.start - 700) / 60
    # x = (t - lag) / peak, share = x^3 e^(3 (1 - x)), for the whole array
    x = np.maximum((minutes - 5) / 45, 0)
    upper = 121 + (16 + 2 * 11.2) * x**3 * np.exp(3 * (1 - x)) + 10
    before = np.where(minutes < 88, values, -np.inf).max(initial=-np.inf)
    least = np.maximum(before, 136.0)
    late = np.where(minutes >= 88, values > least, False) & np.isfinite(before)
    ends = np.where(minutes >= 88, values <= least - 5, True)
    assert told(course, HIGHER) == _transitions(minutes, values > upper, values <= upper - 5)
    assert told(course, LATER) == _transitions(minutes, late, ends)


def told(course: Course, condition: str) -> list[tuple[float, str]]:
    return [
        (round((c.at - course.start - 700) / 60, 6), c.transition)
        for c in changes(course.events, condition)
        if c.alarm.vital == "sbp"
    ]


def _transitions(
    minutes: np.ndarray, beyond: np.ndarray, inside: np.ndarray
) -> list[tuple[float, str]]:
    """Readings beyond for a minute in a row raise; a reading well inside clears."""
    found: list[tuple[float, str]] = []
    breaks = np.flatnonzero(~beyond)
    for n in range(len(minutes)):
        up = bool(found) and found[-1][1] == "raised"
        first = int(breaks[breaks < n].max(initial=-1)) + 1
        if beyond[n] and not up and minutes[n] - minutes[first] >= 1 - 1e-9:
            found.append((round(float(minutes[n]), 6), "raised"))
        elif inside[n] and up:
            found.append((round(float(minutes[n]), 6), "cleared"))
    return found


def test_a_picture_of_it_begins_at_the_first_dose_and_is_what_is_judged_by() -> None:
    course = dosed()
    state = course.encounter.state
    first = state.session.doses[0].at
    drawn = uppers(state, first + 3600)
    known = {code for code, sign in VITALS.items() if sign.course is not None}
    assert set(drawn) == set(state.baseline.values) & known
    for vital, values in drawn.items():
        assert len(values) == 61
        for minute in (0, 25, 60):
            rise = most(state, vital, first + 60 * minute)
            assert rise is not None
            assert values[minute] == pytest.approx(state.baseline.values[vital].value + rise)
    assert uppers(Course().encounter.state, 1e9) == {}

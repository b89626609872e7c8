"""A failed measurement is an event, and half a measurement is a doubt."""

from typing import Any, Final

import pytest

from monitor.core.sentences.english import english
from monitor.core.vocabulary.events import AlarmChanged, MeasurementFailed
from tests.core.course import Course, dosed

MIN: Final = 60.0
DUE: Final = 700 + 15 * MIN


def fails(course: Course, t: float, values: dict[str, float] | None = None, **about: Any) -> None:
    usual: dict[str, Any] = {"failed": ("sbp", "dbp"), "record": True, "seq": None}
    course.observe(t, "cuff", values or {}, **(usual | about))


def failures(course: Course) -> list[MeasurementFailed]:
    return [e for e in course.events if isinstance(e, MeasurementFailed)]


@pytest.mark.parametrize(
    ("about", "cause"),
    [({}, ""), ({"flags": ("cuff_loose", "movement")}, "cuff loose, the arm moved"),
     ({"failed": (), "record": False, "flags": ("improper_position",)}, "improper position")],
)  # fmt: skip
def test_it_is_told_with_its_cause_and_the_cuff_is_asked_again(
    about: dict[str, Any], cause: str
) -> None:
    course = Course(devices={"cuff": "cuff"})
    fails(course, 40, **about)
    assert [(f.cause, f.count, f.half) for f in failures(course)] == [(cause, 1, False)]
    said = english(course.status(41).cuffs["cuff"].failed_because)
    assert said == f"The cuff cuff measured and failed{cause and f': {cause}'}."
    course.advance(100)
    assert course.commands("confirm") == [70]


def test_three_in_a_row_are_an_alarm_and_a_reading_ends_the_row() -> None:
    course = dosed()
    for n in range(2):
        fails(course, 800 + 60 * n)
    assert course.standing("signal_quality") is None
    course.bp(930, 120, 80)
    for n in range(3):
        assert course.standing("signal_quality") is None
        fails(course, 1000 + 60 * n)
    assert course.priority("signal_quality") == "medium"
    course.bp(1200, 121, 80)
    assert course.standing("signal_quality") is None
    assert course.status(1201).cuffs.get("cuff") is None


def test_before_the_dose_three_are_low() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        fails(course, 100 + 60 * n)
    assert course.priority("signal_quality") == "low"


@pytest.mark.parametrize(("lost", "came"), [("sbp", {"dbp": 82.0}), ("dbp", {"sbp": 118.0})])
def test_half_of_one_clears_confirms_satisfies_and_opens_nothing(
    lost: str, came: dict[str, float]
) -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 188, 116)
    fails(course, 400, came, failed=(lost,))
    assert course.priority("sbp_high") == course.priority("dbp_high") == "high"
    half = next(iter(came))
    name = "systolic" if lost == "sbp" else "diastolic"
    assert course.rows(half)[-1][1:] == ("suspect", f"the {name} of the same measurement failed")
    assert course.encounter.state.baseline.readings.pressures(course.start + 1000) == 1
    assert [f.half for f in failures(course)] == [True]


def test_half_of_one_raises() -> None:
    course = Course(devices={"cuff": "cuff"})
    fails(course, 40, {"sbp": 190.0}, failed=("dbp",))
    assert course.priority("sbp_high") == "high"


def test_half_of_one_satisfies_no_check() -> None:
    course = dosed()
    fails(course, DUE, {"sbp": 120.0}, failed=("dbp",))
    course.advance(DUE + 130)
    assert course.priority("bp_overdue") == "low"


# --- a cuff that measures and never yields a reading --------------------------------------------


def overdue(course: Course) -> list[tuple[float, str]]:
    found = [e for e in course.events if isinstance(e, AlarmChanged)]
    return [(e.at - course.start - DUE, e.alarm.priority) for e in found
            if e.alarm.condition == "bp_overdue"]  # fmt: skip


def test_a_cuff_that_fails_again_and_again_is_overdue_at_its_times() -> None:
    course = dosed()
    t = 705.0
    while t < DUE + 400:
        for n in range(8):
            course.inflates(t + 5 * n)
        fails(course, t + 46)
        t += 50
    assert overdue(course)[0] == (121, "low")
    assert overdue(course)[1] == (301, "medium")


def test_a_cuff_that_inflates_for_ever_holds_it_back_once() -> None:
    course = dosed()
    t = 705.0
    while t < DUE + 700:
        course.inflates(t)
        t += 5
    low, medium, high = overdue(course)
    assert 121 <= low[0] <= 181
    assert (medium, high) == ((301, "medium"), (601, "high"))


def test_a_measurement_that_runs_is_waited_for() -> None:
    course = dosed()
    for n in range(12):
        course.inflates(DUE + 100 + 4 * n)
    course.advance(DUE + 159)
    assert overdue(course) == []
    course.bp(DUE + 159, 121, 80)
    course.advance(DUE + 300)
    assert overdue(course) == []


def test_a_measurement_that_fails_is_waited_for_no_longer() -> None:
    course = dosed()
    course.inflates(DUE + 110)
    course.advance(DUE + 140)
    assert overdue(course) == []
    fails(course, DUE + 140)
    assert overdue(course) == [(140, "low")]
    course.inflates(DUE + 290)
    course.advance(DUE + 301)
    assert overdue(course)[1:] == [(301, "medium")]


def test_what_failed_shows_no_record_just_before_it_to_be_of_now() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.inflates(10)
    course.record(45, 118, 76, stamp=0)  # it first sends its stored record
    fails(course, 46)
    course.advance(60)
    assert course.states("sbp") == ["suspect"]


def test_what_failed_shows_no_later_record_to_be_of_now() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.inflates(10)
    fails(course, 40)
    course.record(50, 118, 76, stamp=0)
    course.advance(60)
    assert course.states("sbp") == ["suspect"]

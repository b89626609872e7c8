"""Systolic and diastolic are one measurement, in however many messages they arrive."""

from typing import Any, Final

import pytest

from tests.core.course import Course, dosed

MIN: Final = 60.0

# How the second half relates to the first; None: neither carries a measurement time.
TOGETHER: Final[list[tuple[float, float | None, bool]]] = [
    # seconds between the two, difference of their measurement times, one measurement
    (0, 0, True),
    (240, 0, True),
    (1, 0.9, True),
    (1, 2, False),
    (0, None, True),
    (5, None, True),
    (5.1, None, False),
]


def halves(course: Course, t: float, sbp: float, dbp: float, **about: Any) -> None:
    """Send two records of one time, as a health store forwards them."""
    course.observe(t, "cuff", {"sbp": sbp}, measured=t, seq=None, **about)
    course.observe(t, "cuff", {"dbp": dbp}, measured=t, seq=None, **about)


@pytest.mark.parametrize(("later", "apart", "one"), TOGETHER)
def test_what_belongs_together(later: float, apart: float | None, one: bool) -> None:
    course = Course(devices={"cuff": "cuff"})
    measured = None if apart is None else 100.0
    course.observe(100, "cuff", {"sbp": 120.0}, measured=measured)
    second = None if apart is None else 100.0 + apart
    course.observe(100 + later, "cuff", {"dbp": 80.0}, measured=second)
    kept = course.encounter.state.cuffs.pressures
    assert [(p.sbp, p.dbp) for p in kept] == ([(120, 80)] if one else [(120, None), (None, 80)])


def test_halves_of_different_devices_do_not_belong_together() -> None:
    course = Course(devices={"cuff": "cuff", "other": "cuff"})
    course.observe(100, "cuff", {"sbp": 120.0})
    course.observe(100, "other", {"dbp": 80.0})
    assert len(course.encounter.state.cuffs.pressures) == 2


def test_two_typed_rows_are_one_measurement() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(100, "", {"sbp": 120.0}, by="mara")
    course.observe(103, "", {"dbp": 80.0}, by="mara")
    course.observe(103, "", {"dbp": 81.0}, by="thea")
    assert [(p.sbp, p.dbp) for p in course.encounter.state.cuffs.pressures] == [
        (120, 80),
        (None, 81),
    ]


def test_the_hold_gate_sees_separate_halves() -> None:
    course = Course(devices={"cuff": "cuff"})
    halves(course, 10, 176, 103)
    halves(course, 72, 178, 104)
    assert {"sbp", "dbp"} <= set(course.unmet(73))


@pytest.mark.parametrize("half", ["sbp", "dbp"])
def test_a_half_that_does_not_come_shuts_the_gate(half: str) -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.observe(10 + 300 * n, "cuff", {half: 120.0 if half == "sbp" else 80.0})
    absent = "dbp" if half == "sbp" else "sbp"
    assert course.unmet(620) == ["baseline", absent]
    assert {base.grade for base in course.status(620).baseline.values()} == {"poor"}


def test_separate_halves_open_the_gate_as_whole_ones_do() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        halves(course, 10 + 300 * n, 120 + n, 80)
    assert course.unmet(620) == []
    assert course.status(620).baseline["dbp"].grade == "good"


def test_the_second_half_speaks_of_the_first() -> None:
    """Systolic only 4 above diastolic: neither is believed, whichever came first."""
    for first, second in (("sbp", "dbp"), ("dbp", "sbp")):
        course = Course(devices={"cuff": "cuff"})
        values = {"sbp": 124.0, "dbp": 120.0}
        course.observe(10, "cuff", {first: values[first]}, measured=10)
        assert course.states(first) == ["accepted"]
        course.observe(11, "cuff", {second: values[second]}, measured=10)
        assert course.states("sbp") == course.states("dbp") == ["rejected"]
        assert course.status(12).vitals[first].value is None
        assert course.encounter.state.baseline.readings.taken() == 0


def test_what_the_first_half_raised_alone_is_taken_back() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(10, "cuff", {"sbp": 186.0}, measured=10)
    assert course.priority("sbp_high") == "high"
    course.observe(11, "cuff", {"dbp": 180.0}, measured=10)
    assert course.standing("sbp_high") is None


def test_a_check_wants_a_systolic() -> None:
    course = dosed()
    course.observe(700 + 15 * MIN, "cuff", {"dbp": 80.0}, measured=700 + 15 * MIN)
    course.advance(700 + 15 * MIN + 130)
    assert course.priority("bp_overdue") == "low"
    course.observe(700 + 15 * MIN + 140, "cuff", {"sbp": 120.0}, measured=700 + 15 * MIN)
    assert course.priority("bp_overdue") is None

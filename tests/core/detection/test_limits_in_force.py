"""Limits in force: over the frozen baseline, and a clinic's own limits in any order."""

from typing import Final

import pytest

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, only

# baseline, value -> priority of the condition over the baseline.
RISES: Final = [
    # sbp: low at +25 or +20 %, whichever is nearer; medium at +40 or +30 %; high at +40 with 165.
    ("sbp", 120, 143, None), ("sbp", 120, 144, "low"), ("sbp", 120, 155, "low"),
    ("sbp", 120, 156, "medium"), ("sbp", 120, 164, "medium"), ("sbp", 120, 165, "high"),
    ("sbp", 126, 150.9, None), ("sbp", 126, 151, "low"), ("sbp", 126, 163.7, "low"),
    ("sbp", 126, 163.8, "medium"), ("sbp", 126, 165, "medium"), ("sbp", 126, 166, "high"),
    ("sbp", 130, 154, None), ("sbp", 130, 155, "low"), ("sbp", 130, 168, "low"),
    ("sbp", 130, 169, "medium"), ("sbp", 130, 170, "high"),
    ("sbp", 140, 164, None), ("sbp", 140, 165, "low"), ("sbp", 140, 179, "low"),
    ("sbp", 140, 180, "high"),  # +40 comes before 30 %, and with 165 it is high immediately
    ("sbp", 60, 71, None), ("sbp", 60, 72, "low"), ("sbp", 60, 77, "low"),
    ("sbp", 60, 78, "medium"),
    ("sbp", 60, 164, "medium"), ("sbp", 60, 165, "high"),
    # dbp: low at +15 or +20 %; medium at +25; high at +25 with 100.
    ("dbp", 70, 83, None), ("dbp", 70, 84, "low"), ("dbp", 70, 94, "low"),
    ("dbp", 70, 95, "medium"),
    ("dbp", 70, 99, "medium"), ("dbp", 70, 100, "high"),
    ("dbp", 80, 94, None), ("dbp", 80, 95, "low"), ("dbp", 80, 104, "low"),
    ("dbp", 80, 105, "high"),
    ("dbp", 30, 35, None), ("dbp", 30, 36, "low"), ("dbp", 30, 55, "medium"),
    # hr: low at +20 %; medium at +30 % with 100; no higher priority.
    ("hr", 70, 83, None), ("hr", 70, 84, "low"), ("hr", 70, 99, "low"), ("hr", 70, 100, "medium"),
    ("hr", 70, 180, "medium"), ("hr", 80, 95, None), ("hr", 80, 96, "low"), ("hr", 80, 103, "low"),
    ("hr", 80, 104, "medium"), ("hr", 30, 35, None), ("hr", 30, 36, "low"),
    # temp: low at +1.0; medium at +1.5; no higher priority.
    ("temp", 36.6, 37.5, None), ("temp", 36.6, 37.6, "low"), ("temp", 36.6, 38.0, "low"),
    ("temp", 36.6, 38.1, "medium"), ("temp", 36.6, 41.0, "medium"), ("temp", 36.7, 37.6, None),
]  # fmt: skip


@pytest.mark.parametrize(("vital", "baseline", "value", "priority"), RISES)
def test_a_rise_over_the_frozen_baseline(
    vital: str, baseline: float, value: float, priority: Priority | None
) -> None:
    course = Course()
    course.stay(10, vital, baseline)
    course.dose(500)
    course.stay(510, vital, value)
    assert course.priority(f"{vital}_rise") == priority


def test_before_the_dose_there_is_no_rise() -> None:
    course = Course()
    course.stay(10, "sbp", 110)
    course.stay(500, "sbp", 160)
    assert course.told("sbp_rise") == []
    assert course.priority("sbp_high") == "low"


def test_a_dose_without_a_baseline_leaves_the_absolute_limits() -> None:
    course = Course()
    course.dose(5)
    course.stay(10, "sbp", 170)
    assert course.told("sbp_rise") == []
    assert course.priority("sbp_high") == "medium"


def test_the_baseline_is_frozen_a_slow_ramp_does_not_hide() -> None:
    course = Course()
    course.stay(10, "sbp", 110)
    course.dose(500)
    for n in range(30):
        course.observe(600 + 300 * n, "device", {"sbp": 110 + n})
    assert course.priority("sbp_rise") == "low"  # 132 is 20 % above 110


# --- a clinic's own limits ----------------------------------------------------------------------


def _limit(priority: Priority, value: float) -> AlarmLimit:
    return AlarmLimit(
        vital="sbp", direction="high", priority=priority, value=value, source="clinic"
    )


@pytest.mark.parametrize(
    ("limits", "value", "priority"),
    [
        ((("low", 170.0), ("medium", 160.0)), 162, "medium"),
        ((("low", 170.0), ("medium", 160.0)), 172, "medium"),
        ((("low", 150.0), ("medium", 190.0), ("high", 180.0)), 182, "high"),
        ((("medium", 150.0), ("high", 150.0)), 150, "high"),
    ],
)
def test_limits_that_do_not_ascend_hold_the_highest_priority_that_is_crossed(
    limits: tuple[tuple[Priority, float], ...], value: float, priority: Priority
) -> None:
    course = Course(only(*(_limit(p, v) for p, v in limits)))
    course.stay(10, "sbp", value)
    assert course.priority("sbp_high") == priority
    course.stay(1000, "sbp", 130)
    assert course.priority("sbp_high") is None


def test_an_absolute_limit_and_one_over_the_baseline_are_two_conditions() -> None:
    course = Course()
    course.stay(10, "sbp", 120)
    course.dose(500)
    course.stay(600, "sbp", 170)
    assert course.priority("sbp_high") == "medium"
    assert course.priority("sbp_rise") == "high"

"""When a condition holds and at which priority: every limit at, just inside and just beyond.

The limits are repeated here from their sources, not from the code: a number that is changed in only
one place is detected.
"""

from typing import Final

import pytest

from monitor.core.vocabulary.words import Priority
from tests.core.course import Course

Row = tuple[str, str, float, Priority | None]

# vital sign, condition, value -> priority that holds in the end, if the value stays.
HIGH: Final[list[Row]] = [
    ("sbp", "sbp_high", 149, None), ("sbp", "sbp_high", 149.9, None),
    ("sbp", "sbp_high", 150, "low"), ("sbp", "sbp_high", 151, "low"),
    ("sbp", "sbp_high", 164, "low"), ("sbp", "sbp_high", 164.9, "low"),
    ("sbp", "sbp_high", 165, "medium"), ("sbp", "sbp_high", 166, "medium"),
    ("sbp", "sbp_high", 179, "medium"), ("sbp", "sbp_high", 180, "high"),
    ("sbp", "sbp_high", 181, "high"), ("sbp", "sbp_high", 280, "high"),
    ("sbp", "sbp_high", 281, None),
    ("dbp", "dbp_high", 94, None), ("dbp", "dbp_high", 95, "low"),
    ("dbp", "dbp_high", 96, "low"), ("dbp", "dbp_high", 99, "low"),
    ("dbp", "dbp_high", 100, "medium"), ("dbp", "dbp_high", 101, "medium"),
    ("dbp", "dbp_high", 109, "medium"), ("dbp", "dbp_high", 110, "high"),
    ("dbp", "dbp_high", 111, "high"), ("dbp", "dbp_high", 180, "high"),
    ("dbp", "dbp_high", 181, None),
    ("hr", "hr_high", 99, None), ("hr", "hr_high", 99.9, None), ("hr", "hr_high", 100, "low"),
    ("hr", "hr_high", 101, "low"), ("hr", "hr_high", 119, "low"), ("hr", "hr_high", 120, "medium"),
    ("hr", "hr_high", 121, "medium"), ("hr", "hr_high", 139, "medium"),
    ("hr", "hr_high", 140, "high"), ("hr", "hr_high", 141, "high"), ("hr", "hr_high", 240, "high"),
    ("hr", "hr_high", 241, None),
    ("temp", "temp_high", 37.7, None), ("temp", "temp_high", 37.8, "low"),
    ("temp", "temp_high", 37.9, "low"), ("temp", "temp_high", 38.4, "low"),
    ("temp", "temp_high", 38.5, "medium"), ("temp", "temp_high", 38.6, "medium"),
    ("temp", "temp_high", 39.9, "medium"), ("temp", "temp_high", 40.0, "high"),
    ("temp", "temp_high", 43.0, "high"), ("temp", "temp_high", 43.1, None),
]  # fmt: skip
LOW: Final[list[Row]] = [
    ("sbp", "sbp_low", 101, None), ("sbp", "sbp_low", 100, None), ("sbp", "sbp_low", 99.9, "low"),
    ("sbp", "sbp_low", 99, "low"), ("sbp", "sbp_low", 91, "low"), ("sbp", "sbp_low", 90, "low"),
    ("sbp", "sbp_low", 89, "medium"), ("sbp", "sbp_low", 81, "medium"),
    ("sbp", "sbp_low", 80, "medium"), ("sbp", "sbp_low", 79, "high"),
    ("sbp", "sbp_low", 50, "high"), ("sbp", "sbp_low", 49, None),
    ("hr", "hr_low", 56, None), ("hr", "hr_low", 55, None), ("hr", "hr_low", 54.9, "low"),
    ("hr", "hr_low", 54, "low"), ("hr", "hr_low", 51, "low"), ("hr", "hr_low", 50, "low"),
    ("hr", "hr_low", 49, "medium"), ("hr", "hr_low", 41, "medium"), ("hr", "hr_low", 40, "medium"),
    ("hr", "hr_low", 39, "high"), ("hr", "hr_low", 25, "high"), ("hr", "hr_low", 24, None),
    ("hr", "hr_low", 0, None),
    ("temp", "temp_low", 35.6, None), ("temp", "temp_low", 35.5, None),
    ("temp", "temp_low", 35.4, "low"), ("temp", "temp_low", 35.0, "low"),
    ("temp", "temp_low", 34.9, "medium"), ("temp", "temp_low", 30.0, "medium"),
    ("temp", "temp_low", 29.9, None),
]  # fmt: skip


@pytest.mark.parametrize(("vital", "condition", "value", "priority"), HIGH + LOW)
def test_a_value_that_stays_holds_the_priority_of_its_limit(
    vital: str, condition: str, value: float, priority: Priority | None
) -> None:
    course = Course()
    course.stay(10, vital, value)
    assert course.priority(condition) == priority


def test_each_vital_sign_has_its_own_alarm() -> None:
    course = Course()
    course.bp(100, 184, 112)
    course.temp(101, 40.1)
    assert {a.condition for a in course.encounter.state.alarms} >= {
        "sbp_high", "dbp_high", "temp_high",
    }  # fmt: skip

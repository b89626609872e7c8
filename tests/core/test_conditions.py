"""When a condition holds and at which priority: every limit at, just inside and just beyond.

The limits stand here once more, from CLINICAL F1 and not from the code: a number that is changed in
one place only is found.
"""

from typing import Final, Literal

import pytest

from monitor.core.events import Priority
from monitor.core.limits import AlarmLimit
from tests.core.course import Course, only

Row = tuple[str, str, float, Priority | None]

# vital sign, condition, value -> priority that holds in the end, when the value stays.
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


# --- how long a heart rate must stay ------------------------------------------------------------

DELAYS: Final[list[tuple[float, Literal["hr_high", "hr_low"], Priority, float]]] = [
    (105, "hr_high", "low", 19), (125, "hr_high", "medium", 19), (145, "hr_high", "high", 14),
    (52, "hr_low", "low", 19), (45, "hr_low", "medium", 19), (35, "hr_low", "high", 14),
]  # fmt: skip


@pytest.mark.parametrize(("value", "condition", "priority", "delay"), DELAYS)
def test_a_heart_rate_alarms_when_it_has_stayed_for_its_delay(
    value: float, condition: str, priority: Priority, delay: float
) -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.beat(100, 100 + delay - 1, value)
    assert course.told(condition) == []
    course.hr(100 + delay, value)
    assert course.told(condition) == [(100 + delay, "raised", condition, priority)]


@pytest.mark.parametrize(("value", "condition", "priority", "delay"), DELAYS)
def test_a_single_reading_alarms_after_its_delay_and_a_second_if_nothing_follows(
    value: float, condition: str, priority: Priority, delay: float
) -> None:
    course = Course()
    course.hr(100, value)
    course.advance(100 + delay + 0.75)
    assert course.told(condition) == []
    course.advance(3600)
    assert course.told(condition)[0] == (100 + delay + 1, "raised", condition, priority)


def test_delays_stay_under_what_is_disclosed() -> None:
    """At most 20 s at low and medium, 15 s at high, 30 s for a rise, whatever the stream does."""
    course = Course()
    course.beat(0, 60, 70)
    course.dose(61)
    course.hr(100, 88)
    course.advance(130)
    assert course.told("hr_rise") == [(130, "raised", "hr_rise", "low")]


@pytest.mark.parametrize("inside", [70.0, 95.0, 96.0, 99.0])
def test_one_reading_inside_breaks_a_delay_or_stops_its_timer(inside: float) -> None:
    """Well inside (5 below) it is over; within the hysteresis it is undecided."""
    course = Course()
    course.beat(100, 110, 105)
    course.hr(111, inside)
    course.advance(600)
    assert course.told("hr_high") == []


@pytest.mark.parametrize(("inside", "raised"), [(95.0, 131.0), (96.0, 119.0)])
def test_only_well_inside_starts_the_delay_anew(inside: float, raised: float) -> None:
    course = Course()
    course.beat(100, 110, 105)
    course.hr(111, inside)
    course.beat(112, 160, 105)
    assert course.told("hr_high") == [(raised, "raised", "hr_high", "low")]


def test_an_artefact_of_a_few_seconds_is_nothing() -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.beat(100, 112, 190)
    course.beat(113, 400, 70)
    assert course.told("hr_high") == []


def test_a_worse_value_escalates_after_its_own_delay() -> None:
    course = Course()
    course.beat(100, 139, 105)
    course.beat(140, 200, 150)
    assert course.told("hr_high") == [
        (119, "raised", "hr_high", "low"),
        (154, "escalated", "hr_high", "high"),
    ]


def test_a_backlog_is_judged_as_it_happened() -> None:
    """Twenty seconds of 125, delivered in one instant: the delay has passed already."""
    course = Course()
    for n in range(25):
        course.hr(300, 125, measured=270 + n)
    assert course.told("hr_high") == [(300, "raised", "hr_high", "medium")]
    alarm = course.standing("hr_high")
    assert alarm is not None
    assert alarm.onset == course.start + 270


def test_a_short_backlog_waits_from_its_receipt() -> None:
    course = Course()
    for n in range(5):
        course.hr(300, 125, measured=294 + n)
    assert course.told("hr_high") == []
    course.advance(400)
    assert course.told("hr_high")[0] == (320, "raised", "hr_high", "medium")


# --- how a heart rate clears --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "condition", "back"),
    [(105.0, "hr_high", 95.0), (105.0, "hr_high", 70.0), (52.0, "hr_low", 60.0)],
)
def test_a_heart_rate_clears_when_it_was_well_inside_for_30_s(
    value: float, condition: str, back: float
) -> None:
    course = Course()
    course.beat(100, 150, value)
    course.beat(151, 180, back)
    assert course.priority(condition) == "low"
    course.hr(181, back)
    assert course.told(condition)[-1] == (181, "cleared", condition, "low")


@pytest.mark.parametrize(
    ("value", "condition", "near"), [(105.0, "hr_high", 95.1), (52.0, "hr_low", 59.9)]
)
def test_within_the_hysteresis_it_never_clears(value: float, condition: str, near: float) -> None:
    course = Course()
    course.beat(100, 150, value)
    course.beat(151, 600, near)
    assert [t[1] for t in course.told(condition)] == ["raised"]


@pytest.mark.parametrize("near", [96.0, 105.0])
def test_a_reading_that_is_not_well_inside_starts_the_30_s_anew(near: float) -> None:
    course = Course()
    course.beat(100, 150, 105)
    course.beat(151, 170, 90)
    course.hr(171, near)
    course.beat(172, 201, 90)
    assert course.priority("hr_high") == "low"
    course.hr(202, 90)
    assert course.priority("hr_high") is None


def test_a_heart_rate_steps_down_before_it_clears() -> None:
    course = Course()
    course.beat(100, 150, 145)
    course.beat(151, 200, 122)  # under 135 for 30 s: no longer high, still above 120
    course.beat(201, 250, 110)  # under 115: no longer medium, still above 100
    course.beat(251, 300, 80)
    assert course.told("hr_high") == [
        (114, "raised", "hr_high", "high"),
        (181, "deescalated", "hr_high", "medium"),
        (231, "deescalated", "hr_high", "low"),
        (281, "latched", "hr_high", "low"),
    ]


def test_flapping_around_a_limit_is_one_alarm() -> None:
    course = Course()
    course.beat(0, 60, 121)
    for n in range(60):
        course.beat(100 + 20 * n, 109 + 20 * n, 118)
        course.beat(110 + 20 * n, 119 + 20 * n, 122)
    assert [t[1] for t in course.told("hr_high")] == ["raised"]


@pytest.mark.parametrize(
    ("value", "about"), [(70.0, {"contact": False}), (0.0, {}), (300.0, {}), (70.0, {"lag": 700})]
)
def test_what_is_suspect_rejected_or_late_never_clears(
    value: float, about: dict[str, float]
) -> None:
    course = Course()
    course.beat(100, 150, 145)
    extra = {"measured": 0.0} if about.pop("lag", None) else about
    for n in range(600):
        measured = None if "measured" not in extra else 151 + n - 700.0
        if measured is None:
            course.hr(151 + n, value, **extra)
        else:
            course.hr(151 + n, value, measured=measured)
    assert [t[1] for t in course.told("hr_high")] == ["raised"]


# --- cuffs: a repeat ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "value", "raised"),
    [
        (59, 168, 221),  # too early to agree: the wait goes on, and no other repeat comes
        (60, 168, 160),
        (119, 168, 219),
        (120, 168, 220),
        (121, 168, 221),  # the wait ends before the reading of the same second is looked at
        (122, 168, 221),
        (59, 120, 221),  # too early to refute
        (60, 120, None),
        (60, 163, None),  # inside the limit, though not by the hysteresis: it does not agree
        (119, 120, None),
        (120, 120, None),
        (121, 120, 221),
    ],
)
def test_a_first_pressure_above_the_medium_limit_waits_for_a_repeat(
    after: float, value: float, raised: float | None
) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    course.bp(100 + after, value, 80)
    course.advance(100 + 121)
    want = [] if raised is None else [(raised, "raised", "sbp_high", "medium")]
    assert course.told("sbp_high")[:1] == want


_SBP_MEDIUM: Final = AlarmLimit(
    vital="sbp", direction="high", priority="medium", value=165, source="for this test"
)


def _reason(course: Course) -> str:
    alarm = course.standing("sbp_high")
    assert alarm is not None
    return alarm.reason


def test_no_repeat_counts_as_agreement() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.advance(220.75)
    assert course.told("sbp_high") == []
    course.advance(221)
    assert course.told("sbp_high") == [(221, "raised", "sbp_high", "medium")]
    assert "No repeat came in time." in _reason(course)


def test_a_repeat_says_so() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, 167, 90)
    assert course.told("sbp_high") == [(170, "raised", "sbp_high", "medium")]
    assert "Confirmed by a repeat." in _reason(course)


def test_a_repeat_may_agree_at_a_lower_priority_only() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, 155, 90)
    course.advance(400)
    assert course.told("sbp_high") == [(170, "raised", "sbp_high", "low")]


def test_the_same_reading_again_is_no_repeat() -> None:
    course = Course()
    course.bp(100, 168, 90, seq=7)
    course.bp(170, 168, 90, seq=7)
    assert course.told("sbp_high") == []


@pytest.mark.parametrize(
    ("value", "about"),
    [(0.0, {}), (168.0, {"measured": -600.0}), (168.0, {"replayed": True})],
)
def test_what_is_rejected_or_late_is_no_repeat(value: float, about: dict[str, float]) -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, value, 90 if value else 0, **about)
    assert course.told("sbp_high") == []


def test_a_high_pressure_alarms_at_once_and_is_provisional() -> None:
    course = Course()
    course.bp(100, 184, 95)
    assert course.told("sbp_high") == [(100, "raised", "sbp_high", "high")]
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional
    assert "Provisional: a repeat is asked for." in alarm.reason


def test_a_high_pressure_is_no_longer_provisional_when_a_repeat_agrees() -> None:
    course = Course()
    course.bp(100, 184, 95)
    course.bp(145, 182, 95)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.priority == "high"
    assert not alarm.provisional


def test_the_same_measurement_by_another_way_confirms_nothing() -> None:
    course = Course()
    course.bp(100, 184, 95, measured=99)
    course.observe(100, "gateway", {"sbp": 184, "dbp": 95}, measured=99)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional


@pytest.mark.parametrize(
    ("second", "transitions"),
    [
        (181, []),
        (179, []),  # within the hysteresis of 180
        (176, []),
        (175, [("deescalated", "medium")]),
        (166, [("deescalated", "medium")]),
        (161, [("deescalated", "medium")]),  # under 165, by less than 5
        (160, [("deescalated", "low")]),
        (146, [("deescalated", "low")]),
        (145, [("latched", "high")]),
        (120, [("latched", "high")]),
    ],
)
def test_a_second_reading_keeps_a_high_pressure_or_steps_it_down(
    second: float, transitions: list[tuple[str, Priority]]
) -> None:
    course = Course()
    course.bp(100, 184, 85)
    course.bp(145, second, 85)
    assert [(t[1], t[3]) for t in course.told("sbp_high")[1:]] == transitions


@pytest.mark.parametrize(
    ("vital", "condition", "held", "stays", "clears"),
    [
        ("sbp", "sbp_high", 152, 145.1, 145), ("dbp", "dbp_high", 96, 90.1, 90),
        ("sbp", "sbp_low", 97, 104.9, 105), ("temp", "temp_high", 37.9, 37.7, 37.6),
        ("temp", "temp_low", 35.4, 35.6, 35.7), ("temp", "temp_high", 37.8, 37.61, 37.6),
    ],
)  # fmt: skip
def test_one_clean_reading_clears_when_it_is_inside_by_the_hysteresis(
    vital: str, condition: str, held: float, stays: float, clears: float
) -> None:
    course = Course()
    course.stay(10, vital, held)
    assert course.priority(condition) == "low"
    course.observe(500, "device", {vital: stays})
    assert course.priority(condition) == "low"
    course.observe(600, "device", {vital: clears})
    assert course.told(condition)[-1] == (600, "cleared", condition, "low")


def test_a_suspect_reading_raises_but_never_clears() -> None:
    course = Course()
    course.bp(100, 184, 95, flags=("movement",))
    assert course.priority("sbp_high") == "high"
    course.bp(200, 120, 80, flags=("movement",))
    assert course.priority("sbp_high") == "high"
    course.bp(300, 120, 80)
    assert course.priority("sbp_high") is None


def test_a_suspect_reading_does_not_refute() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, 120, 80, flags=("irregular_pulse",))
    course.advance(221)
    assert course.told("sbp_high") == [(221, "raised", "sbp_high", "medium")]


# --- temperature: a repeat within five minutes --------------------------------------------------


@pytest.mark.parametrize(
    ("after", "value", "raised"),
    [
        (59, 38.6, 401), (60, 38.6, 160), (300, 38.6, 400), (301, 36.6, 401),
        (59, 36.6, 401), (60, 36.6, None), (300, 36.6, None),
    ],
)  # fmt: skip
def test_a_fever_waits_for_a_repeat_within_five_minutes(
    after: float, value: float, raised: float | None
) -> None:
    course = Course()
    course.temp(100, 38.6)
    course.temp(100 + after, value)
    course.advance(401)
    want = [] if raised is None else [(raised, "raised", "temp_high", "medium")]
    assert course.told("temp_high")[:1] == want


def test_forty_degrees_alarm_at_once() -> None:
    course = Course()
    course.temp(100, 40.0)
    assert course.told("temp_high") == [(100, "raised", "temp_high", "high")]


def test_each_vital_sign_has_its_own_alarm() -> None:
    course = Course()
    course.bp(100, 184, 112)
    course.temp(101, 40.1)
    assert {a.condition for a in course.encounter.state.alarms} >= {
        "sbp_high", "dbp_high", "temp_high",
    }  # fmt: skip

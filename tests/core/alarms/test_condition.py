"""When a condition holds and at which priority: every limit at, just inside and just beyond.

The limits are repeated here from their sources, not from the code: a number that is changed in only
one place is detected.
"""

from typing import Final, Literal

import pytest

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, only

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


# --- how long a heart rate must stay ------------------------------------------------------------

Condition = Literal["hr_high", "hr_low"]
DELAYS: Final[list[tuple[float, Condition, Priority, float]]] = [
    (105, "hr_high", "low", 19), (125, "hr_high", "medium", 19), (145, "hr_high", "high", 14),
    (50, "hr_low", "low", 19), (45, "hr_low", "medium", 19), (35, "hr_low", "high", 14),
]  # fmt: skip


@pytest.mark.parametrize(("value", "condition", "priority", "delay"), DELAYS)
def test_a_heart_rate_alarms_after_7_s_on_clean_evidence(
    value: float, condition: str, priority: Priority, delay: float
) -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.beat(100, 106, value)
    assert course.told(condition) == []
    course.hr(107, value)
    assert course.told(condition) == [(107, "raised", condition, priority)]
    alarm = course.standing(condition)
    assert alarm is not None
    assert alarm.onset == course.start + 100


@pytest.mark.parametrize(("value", "condition", "priority", "delay"), DELAYS)
def test_poor_evidence_takes_the_whole_delay_and_no_longer(
    value: float, condition: str, priority: Priority, delay: float
) -> None:
    """Every other reading is an outlier of another value; the rest decide about the crossing."""
    course = Course()
    normal = 70.0 if condition == "hr_high" else 80.0
    course.beat(0, 39, normal)
    for n in range(101):
        far = 200.0 if n % 4 == 1 else 240.0 if condition == "hr_low" else 26.0
        course.hr(40 + n, far if n % 2 else value if n >= 60 else normal)
    raised = course.told(condition)[0]
    assert raised[1:] == ("raised", condition, priority)
    assert 107 < raised[0] <= 100 + delay + 1


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


def test_a_stray_before_silence_raises_no_more_than_no_data() -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.hr(100, 190)
    course.advance(600)
    assert [t[2] for t in course.told() if t[2] != "no_data"] == []
    assert course.told("no_data")[0] == (131, "raised", "no_data", "low")


def test_delays_stay_under_what_is_disclosed() -> None:
    """At most 20 s at low and medium, 15 s at high, 30 s for a rise, for any stream."""
    course = Course()
    course.beat(0, 60, 70)
    course.dose(61)
    course.hr(100, 88)
    course.advance(130)
    assert course.told("hr_rise") == [(130, "raised", "hr_rise", "low")]


@pytest.mark.parametrize(
    ("inside", "raised"),
    [
        (70.0, None),  # an outlier: a reading came, so this is not silence
        (80.0, None),
        (96.0, 120.0),  # one reading of the segment: the level stays unchanged
    ],
)
def test_what_stops_the_timer_of_a_crossing(inside: float, raised: float | None) -> None:
    course = Course()
    course.beat(100, 104, 105)
    course.hr(105, inside)
    course.advance(600)
    want = [] if raised is None else [(raised, "raised", "hr_high", "low")]
    assert course.told("hr_high") == want


@pytest.mark.parametrize(("inside", "raised"), [(94.0, 122.0), (97.0, 119.0)])
def test_only_a_level_well_inside_starts_the_delay_anew(inside: float, raised: float) -> None:
    """Within the hysteresis the confirming seconds restart, but the crossing keeps its onset."""
    course = Course()
    course.beat(100, 104, 101)
    course.beat(105, 112, inside)
    course.beat(113, 160, 101)
    assert course.told("hr_high") == [(raised, "raised", "hr_high", "low")]
    alarm = course.standing("hr_high")
    assert alarm is not None
    assert alarm.onset - course.start == (115.0 if inside == 94.0 else 100.0)


@pytest.mark.parametrize("value", [190.0, 140.0, 35.0, 26.0])
def test_five_seconds_of_anything_are_nothing(value: float) -> None:
    course = Course()
    course.beat(0, 99, 70)
    course.beat(100, 105, value)
    course.beat(106, 400, 70)
    assert course.told() == []


def test_a_worse_value_escalates_after_its_own_delay() -> None:
    course = Course()
    course.beat(100, 139, 105)
    course.beat(140, 200, 150)
    assert course.told("hr_high") == [
        (107, "raised", "hr_high", "low"),
        (147, "escalated", "hr_high", "high"),
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
    ("value", "condition", "back", "since"),
    [
        (105.0, "hr_high", 95.0, 153),  # the level is there with the third reading
        (105.0, "hr_high", 80.0, 151),  # a jump: followed at 158, from its first reading on
        (105.0, "hr_high", 70.0, 156),  # so fast a fall is doubted for five seconds
        (52.0, "hr_low", 60.0, 153),
        (52.0, "hr_low", 80.0, 151),
    ],
)
def test_a_heart_rate_clears_when_it_was_well_inside_for_30_s(
    value: float, condition: str, back: float, since: float
) -> None:
    course = Course()
    course.beat(100, 150, value)
    course.beat(151, since + 29, back)
    assert course.priority(condition) == "low"
    course.hr(since + 30, back)
    assert course.told(condition)[-1] == (since + 30, "cleared", condition, "low")


@pytest.mark.parametrize(
    ("value", "condition", "near"), [(105.0, "hr_high", 95.1), (52.0, "hr_low", 59.9)]
)
def test_within_the_hysteresis_it_never_clears(value: float, condition: str, near: float) -> None:
    course = Course()
    course.beat(100, 150, value)
    course.beat(151, 600, near)
    assert [t[1] for t in course.told(condition)] == ["raised"]


@pytest.mark.parametrize("near", [96.0, 105.0])
def test_a_level_that_is_not_well_inside_starts_the_30_s_anew(near: float) -> None:
    course = Course()
    course.beat(100, 150, 105)
    course.beat(151, 170, 90)
    course.beat(171, 175, near)
    course.beat(176, 207, 90)
    assert course.priority("hr_high") == "low"
    course.hr(208, 90)
    assert course.priority("hr_high") is None


@pytest.mark.parametrize("wild", [96.0, 105.0, 190.0, 30.0])
def test_one_wild_reading_does_not_keep_an_alarm(wild: float) -> None:
    course = Course()
    course.beat(100, 150, 105)
    course.beat(151, 170, 90)
    course.hr(171, wild)
    course.beat(172, 182, 90)
    assert course.priority("hr_high") == "low"
    course.hr(183, 90)
    assert course.priority("hr_high") is None


def test_a_heart_rate_steps_down_before_it_clears() -> None:
    course = Course()
    course.beat(100, 150, 145)
    course.beat(151, 200, 122)  # under 135 for 30 s: no longer high, still above 120
    course.beat(201, 250, 110)  # under 115: no longer medium, still above 100
    course.beat(251, 300, 80)
    assert course.told("hr_high") == [
        (107, "raised", "hr_high", "high"),
        (181, "deescalated", "hr_high", "medium"),
        (233, "deescalated", "hr_high", "low"),
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
        (59, 168, 221),  # too early to agree: the wait continues, and no other repeat comes
        (60, 168, 160),
        (119, 168, 219),
        (120, 168, 220),
        (121, 168, 221),  # the wait ends before the reading of the same second is judged
        (122, 168, 221),
        (59, 120, 221),  # too early to refute
        (60, 160, None),
        (60, 163, None),  # inside the limit, but not by the hysteresis: it does not agree
        (119, 160, None),
        (120, 160, None),
        (121, 160, 221),
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


_SBP_HIGH: Final = AlarmLimit(
    vital="sbp", direction="high", priority="high", value=180, source="for this test"
)


def _reason(course: Course) -> str:
    alarm = course.standing("sbp_high")
    assert alarm is not None
    return sentence(alarm)


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
    course.bp(170, 160, 90)
    course.advance(400)
    assert course.told("sbp_high") == [(170, "raised", "sbp_high", "low")]


@pytest.mark.parametrize(
    ("readings", "raised"),
    [
        # time after the first reading, value -> when it is raised
        ([(70, 158)], None),  # 10 apart: the repeat refutes
        ([(70, 157)], 291.0),  # 11 apart: a third is awaited, and the alarm holds without one
        ([(70, 120)], 291.0),
        ([(70, 120), (140, 122)], None),  # two of three
        ([(70, 120), (140, 166)], 240.0),
        ([(70, 120), (100, 122)], None),
        ([(40, 120), (100, 122)], None),  # a reading too early to refute counts among the three
        ([(40, 120), (70, 166)], 170.0),
    ],
)
def test_of_three_readings_that_differ_by_more_than_10_the_median_counts(
    readings: list[tuple[float, float]], raised: float | None
) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    for after, value in readings:
        course.bp(100 + after, value, 80)
    course.advance(100 + 400)
    want = [] if raised is None else [(raised, "raised", "sbp_high", "medium")]
    assert course.told("sbp_high")[:1] == want


def test_a_third_reading_is_asked_for() -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    course.bp(170, 120, 80)
    course.advance(250)
    assert course.commands("confirm") == [130, 200]


def test_a_third_reading_is_asked_for_where_a_repeat_contradicts_a_high_one() -> None:
    course = Course(only(_SBP_HIGH))
    course.bp(100, 190, 80)
    course.bp(170, 130, 80)
    assert [t[1] for t in course.told("sbp_high")] == ["raised"]  # doubted: 60 in a minute
    course.advance(239)
    assert course.commands("confirm") == [100, 200]
    course.bp(240, 131, 80)
    assert [t[1] for t in course.told("sbp_high")] == ["raised", "latched"]
    course.advance(500)
    assert course.commands("confirm") == [100, 200]


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
    assert "Provisional: a repeat is asked for." in sentence(alarm)


@pytest.mark.parametrize(("apart", "provisional"), [(0.4, True), (24.0, True), (25.0, False)])
def test_no_cuff_measures_twice_so_soon(apart: float, provisional: bool) -> None:
    """A gateway with its own counter forwards one measurement under two numbers."""
    course = Course(devices={"cuff": "cuff"})
    course.bp(40, 190, 114)
    course.bp(40 + apart, 190, 114)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional == provisional


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
        (144, [("latched", "high")]),
        (143, []),  # so far from the reading before, it is doubted itself
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


@pytest.mark.parametrize(("value", "raised"), [(162, 221), (120, 291)])
def test_a_suspect_reading_does_not_refute(value: float, raised: float) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 90)
    course.bp(170, value, 80, flags=("irregular_pulse",))
    course.advance(raised - 1)
    assert course.told("sbp_high") == []
    course.advance(raised)
    assert course.told("sbp_high") == [(raised, "raised", "sbp_high", "medium")]


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

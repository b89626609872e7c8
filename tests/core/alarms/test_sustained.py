"""A stream: how long a heart rate must be beyond a limit to alarm, and well inside to clear."""

from collections.abc import Collection
from typing import Final, Literal

import pytest

from monitor.core.alarms.condition import Level
from monitor.core.alarms.sustained import Sustained
from monitor.core.quality.stream import Followed
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course

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


# --- by itself: one limit of 100, for 19 seconds ------------------------------------------------


def rate() -> Sustained:
    return Sustained("hr_high", "hr", "high", [Level("low", 100, plain(""), 19.0, sooner=7.0)])


def follow(threshold: Sustained, source: str, t: float, value: float, **about: bool) -> None:
    clean, sure = about.get("clean", True), about.get("sure", True)
    seen = Followed(t, t, value, value, 1.0, clean)
    threshold.follow(source, seen, None, sure=sure)


@pytest.mark.parametrize(("sure", "since"), [(True, 7), (False, 19)])
def test_evidence_that_is_not_sure_takes_the_whole_delay(sure: bool, since: int) -> None:
    threshold = rate()
    for t in range(since + 1):
        assert threshold.holds is None
        follow(threshold, "strap", t, 100, sure=sure)
    assert threshold.holds is not None


def test_the_seconds_of_two_sources_are_not_added() -> None:
    threshold = rate()
    for t in range(13):
        follow(threshold, "band" if t % 2 else "strap", t, 110)
    assert threshold.holds is None
    follow(threshold, "band", 13, 110)
    assert threshold.holds is None  # its seventh reading: six seconds of its own
    follow(threshold, "strap", 14, 110)
    assert threshold.holds is not None


def test_a_doubtful_reading_inside_does_not_clear() -> None:
    threshold = rate()
    for t in range(20):
        follow(threshold, "strap", t, 110)
    for t in range(20, 60):
        follow(threshold, "strap", t, 90, clean=False)
    assert threshold.holds is not None
    for t in range(60, 91):
        assert threshold.holds is not None
        follow(threshold, "strap", t, 95)
    assert threshold.holds is None


WITHDRAWN: Final[list[tuple[str, float, Collection[float], bool, bool]]] = [
    # source, its reading at, levels of the others, another confirms it -> the crossing is gone
    ("strap", 100, [], False, True),
    ("strap", 100, [95], False, True),
    ("strap", 100, [95.1], False, False),  # another is not well inside
    ("strap", 100, [70, 96], False, False),
    ("strap", 101, [], False, False),  # the crossing began with another reading
    ("strap", 100, [], True, False),
    ("band", 100, [], False, False),  # the strap confirms it
]


@pytest.mark.parametrize(("source", "since", "others", "confirmed", "gone"), WITHDRAWN)
def test_a_crossing_goes_with_its_first_reading_unless_another_source_bears_it_out(
    source: str, since: float, others: Collection[float], confirmed: bool, gone: bool
) -> None:
    threshold = rate()
    follow(threshold, "strap", 100, 110)
    if confirmed:
        follow(threshold, "band", 100.5, 110)
    threshold.disown(source, since, others)
    assert (threshold.began is None) == gone
    assert threshold.active != gone


def test_by_new_limits_the_level_can_cross_and_ends_nothing() -> None:
    threshold = rate()
    for t in range(20):
        follow(threshold, "strap", t, 110)
    threshold.look_again("strap", Followed(20, 20, 70, 70, 1.0, True), sure=True)
    assert (threshold.holds is not None, threshold.value) == (True, 110)
    waiting = rate()
    waiting.look_again("strap", Followed(20, 20, 104, 104, 1.0, True), sure=True)
    assert (waiting.began, waiting.deadline, waiting.extreme) == (20, 40, 104)


def test_begun_anew_it_remembers_nothing() -> None:
    threshold = rate()
    for t in range(20):
        follow(threshold, "strap", t, 110)
    threshold.begin_anew()
    assert (threshold.holds, threshold.began, threshold.deadline) == (None, None, None)
    follow(threshold, "strap", 30, 104)
    assert (threshold.extreme, threshold.deadline) == (104, 50)

"""When a pressure reading is wanted, when the cuffs are asked, and when one is overdue."""

from typing import Any, Final

import pytest

from monitor.core.events import Priority
from monitor.core.protocol import PRESETS
from monitor.core.schedule import Schedule
from tests.core.course import Course, changes

MIN: Final = 60.0


def dosed(protocol: str = "sl_home", **about: Any) -> Course:
    """A session with its three readings before the dose; the dose is at 700 s."""
    course = Course(protocol, devices={"cuff": "cuff"}, **about)
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    course.dose(700)
    return course


# --- the list -----------------------------------------------------------------------------------

TAKEN: Final = [
    ("sl_home", [], 15), ("sl_home", [1], 15), ("sl_home", [9.9], 15),
    ("sl_home", [10], 30),  # up to five minutes early
    ("sl_home", [15], 30), ("sl_home", [24.9], 30), ("sl_home", [25], 45),
    ("sl_home", [45], 60), ("sl_home", [90], 120), ("sl_home", [114.9], 120),
    ("sl_home", [115], 150),  # after the last one its gap repeats
    ("sl_home", [146], 180), ("sl_home", [15, 30, 45, 60, 75, 90, 120, 150], 180),
    ("sl_home", [47, 16], 60),  # an older one that arrives later takes nothing back
    ("im_clinic", [2.4], 5), ("im_clinic", [2.5], 10),  # half the gap where that is less
    ("im_clinic", [7.4], 10), ("im_clinic", [7.5], 15), ("im_clinic", [86], 120),
    ("esk_nasal", [34.9], 40), ("esk_nasal", [35], 60),
    ("oral_home", [15], 40), ("iv_40", [5], 20), ("iv_40", [96], 115),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "minutes", "then"), TAKEN)
def test_which_reading_is_wanted_next(preset: str, minutes: list[float], then: float) -> None:
    schedule, protocol = Schedule(), PRESETS[preset]
    for minute in minutes:
        schedule.take(protocol, 1000.0, 1000.0 + 60 * minute)
    assert schedule.due(protocol, 1000.0) == 1000 + 60 * then


def test_a_reading_from_before_the_dose_takes_nothing() -> None:
    schedule, protocol = Schedule(), PRESETS["sl_home"]
    schedule.take(protocol, 1000.0, 999.0)
    assert schedule.due(protocol, 1000.0) == 1000 + 15 * 60


def test_before_the_dose_three_are_wanted_five_minutes_apart() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t in (45.0, 346.0, 700.0):
        course.advance(t)
        course.bp(t, 120, 80)
    course.advance(3600)
    assert course.commands() == [0, 345, 646]
    assert course.status(3600).next_check is None


def test_before_the_dose_nothing_depends_on_when_one_asks() -> None:
    """What is wanted must not creep back when readings grow old without anybody looking."""
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 300 * n, 120, 80)
    assert [course.status(t).next_check for t in (700, 950, 1300, 1800)] == [None] * 4


def test_a_suspect_reading_before_the_dose_is_wanted_again() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    course.bp(310, 121, 80, flags=("movement",))
    course.bp(610, 122, 80)
    check = course.status(620).next_check
    assert check is not None
    assert check.due - course.start == 910


def test_after_the_dose_the_cuffs_are_asked_by_the_list() -> None:
    course = dosed()
    for minute in (15, 30, 45, 60, 75, 90, 120, 150):
        course.bp(700 + minute * MIN + 40, 120, 80)
    since_dose = [(t - 700) / 60 for t in course.commands("scheduled") if t > 700]
    assert since_dose == [15, 30, 45, 60, 75, 90, 120, 150]


def test_nobody_is_asked_without_a_cuff_and_a_cuff_that_comes_later_is_asked_at_once() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 120, 70)
    assert course.commands() == []
    course.change_devices(121, add={"cuff": "cuff"})
    course.advance(121)
    assert course.commands() == [121]


def test_a_missed_reading_is_asked_for_once_and_the_next_on_the_list_all_the_same() -> None:
    course = dosed()
    course.advance(700 + 31 * MIN)
    assert course.commands()[-1] == 700 + 15 * MIN
    course.bp(700 + 32 * MIN, 120, 80)
    course.advance(700 + 46 * MIN)
    assert course.commands()[-1] == 700 + 45 * MIN


def test_while_a_pressure_alarm_stands_the_cuffs_are_asked_every_five_minutes() -> None:
    course = dosed()
    course.bp(700 + 20 * MIN, 184, 95)
    course.bp(700 + 21 * MIN, 183, 95)
    asked = course.commands()
    for minute in (26, 31, 36):
        course.bp(700 + minute * MIN + 1, 183, 95)
    assert [(t - 700) / 60 for t in course.commands()[len(asked) :]] == [
        26, pytest.approx(31 + 1 / 60), pytest.approx(36 + 1 / 60),
    ]  # fmt: skip


def test_an_extra_reading_that_fails_stops_neither_the_next_nor_the_list() -> None:
    """The cuff answers no more while the alarm stands: it is asked again, though not for ever."""
    course = dosed()
    course.bp(700 + 20 * MIN, 184, 95)
    course.bp(700 + 21 * MIN, 183, 95)
    before = len(course.commands())
    course.advance(700 + 10_000 * MIN)
    minutes = [(t - 700) / 60 for t in course.commands()[before:]]
    assert minutes == [26, 30, 35]


# --- repeats ------------------------------------------------------------------------------------


def test_a_repeat_of_a_first_crossing_is_asked_so_that_it_comes_in_time() -> None:
    course = dosed()
    course.bp(1000, 155, 85)
    course.advance(1060)
    assert course.commands("confirm") == [1030]


def test_a_repeat_of_a_high_reading_is_asked_at_once() -> None:
    course = dosed()
    course.bp(1000, 184, 95)
    assert course.commands("confirm") == [1000]


def test_when_the_repeat_itself_is_high_the_next_is_asked_after_the_arms_rest() -> None:
    course = dosed()
    course.bp(1000, 155, 85)  # asked at 1030, measured until 1070
    course.bp(1070, 186, 85)
    course.advance(1200)
    assert course.commands("confirm") == [1030, 1090]


def test_no_repeat_is_asked_that_nobody_waits_for_any_more() -> None:
    course = dosed()
    course.bp(1000, 155, 85)
    course.bp(1010, 184, 85)  # asked at once
    course.bp(1050, 182, 85)  # it agrees, and so does what waited
    course.bp(1062, 182, 85)
    course.advance(1200)
    assert course.commands("confirm") == [1010]


def test_each_new_crossing_has_its_repeat_asked() -> None:
    course = dosed()
    course.bp(1000, 155, 85)
    course.bp(1070, 130, 80)  # refuted
    course.bp(1080, 155, 85)  # and there it is again
    course.advance(1200)
    assert course.commands("confirm") == [1030, 1110]


def test_a_fever_asks_no_cuff() -> None:
    course = dosed()
    before = len(course.commands())
    course.temp(750, 38.6)
    course.temp(751, 40.5)
    course.advance(1000)
    assert len(course.commands()) == before


def test_a_fever_does_not_put_off_the_repeat_of_a_pressure() -> None:
    course = dosed()
    course.bp(1000, 155, 85)
    course.temp(1020, 38.6)
    course.advance(1100)
    assert course.commands("confirm") == [1030]


def test_readings_of_one_crossing_ask_once() -> None:
    course = dosed()
    for n in range(6):
        course.bp(1000 + 5 * n, 155, 85)
    course.advance(1100)
    assert course.commands("confirm") == [1030]


# --- overdue ------------------------------------------------------------------------------------

STEPS: Final[list[tuple[float, list[tuple[float, Priority]]]]] = [
    # minute of the check that nobody answers -> seconds after it, priority
    (15, [(121, "low"), (301, "medium")]),  # before the peak window of 20 to 75
    (30, [(121, "low"), (301, "medium"), (601, "high")]),
    (75, [(121, "low"), (301, "medium"), (601, "high")]),
    (90, [(121, "low"), (301, "medium")]),
    (150, [(121, "low"), (301, "medium")]),  # after the last one on the list
]


@pytest.mark.parametrize(("minute", "steps"), STEPS)
def test_a_reading_that_does_not_come_is_an_alarm_by_steps(
    minute: float, steps: list[tuple[float, Priority]]
) -> None:
    course = dosed()
    for taken in (m for m in (15, 30, 45, 60, 75, 90, 120) if m < minute):
        course.bp(700 + taken * MIN, 120, 80)
    due = 700 + minute * MIN
    course.advance(due + 1300)
    assert [(t - due, p) for t, _, _, p in course.told("bp_overdue")] == steps


def test_the_reading_ends_it() -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, 120, 80)
    assert course.told("bp_overdue") == [
        (700 + 15 * MIN + 121, "raised", "bp_overdue", "low"),
        (700 + 15 * MIN + 200, "cleared", "bp_overdue", "low"),
    ]


@pytest.mark.parametrize(
    ("sbp", "about"), [(0.0, {}), (120.0, {"measured": 700.0}), (120.0, {"replayed": True})]
)
def test_a_reading_that_is_not_believed_or_late_does_not(
    sbp: float, about: dict[str, object]
) -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, sbp, 80 if sbp else 0, **about)
    assert course.priority("bp_overdue") == "low"


def test_a_suspect_reading_is_a_reading() -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, 120, 80, flags=("movement",))
    assert course.priority("bp_overdue") is None


def test_one_that_a_person_typed_is_a_reading() -> None:
    course = dosed()
    course.observe(700 + 15 * MIN + 200, "", {"sbp": 120.0, "dbp": 80.0}, by="sitter")
    assert course.priority("bp_overdue") is None


def test_before_the_dose_nothing_is_overdue() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.advance(7200)
    assert course.told("bp_overdue") == []


def test_an_inflating_cuff_is_not_overdue_yet() -> None:
    course = dosed()
    due = 700 + 15 * MIN
    course.observe(due + 100, "cuff", {"sbp": 150.0}, measuring=True)
    course.advance(due + 160.75)
    assert course.told("bp_overdue") == []
    course.advance(due + 161)
    assert course.told("bp_overdue") == [(due + 161, "raised", "bp_overdue", "low")]


def test_an_inflating_cuff_ends_nothing() -> None:
    """It keeps the alarm from growing; only a reading ends it, and no sentence says otherwise."""
    course = dosed()
    due = 700 + 30 * MIN
    course.bp(700 + 15 * MIN, 120, 80)
    course.advance(due + 310)
    assert course.priority("bp_overdue") == "medium"
    course.observe(due + 320, "cuff", {"sbp": 150.0}, measuring=True)
    course.hr(due + 330, 70)
    course.advance(due + 400)
    assert course.priority("bp_overdue") == "medium"
    course.advance(due + 900)
    assert course.priority("bp_overdue") == "high"
    course.bp(due + 910, 120, 80)
    assert course.told("bp_overdue")[-1] == (due + 910, "cleared", "bp_overdue", "high")


def test_an_inflating_cuff_is_never_a_pressure() -> None:
    course = dosed()
    course.observe(1000, "cuff", {"sbp": 250.0}, measuring=True)
    assert course.told("sbp_high") == []
    assert len(course.judged("sbp")) == 3


def test_the_next_check_may_be_overdue_when_the_earlier_one_comes_in() -> None:
    """A reading of minute 45 that is delivered at minute 63: another occurrence begins."""
    course = dosed()
    course.bp(700 + 30 * MIN, 120, 80)
    course.bp(700 + 63 * MIN, 120, 80, measured=700 + 54 * MIN)
    told = [(t - 700, change, p) for t, change, _, p in course.told("bp_overdue")][-2:]
    assert told == [(63 * MIN, "cleared", "high"), (63 * MIN, "raised", "low")]


# --- a booster ----------------------------------------------------------------------------------


def test_a_booster_begins_the_list_anew() -> None:
    course = dosed()
    for minute in (15, 30):
        course.bp(700 + minute * MIN, 120, 80)
    course.dose(700 + 35 * MIN)
    check = course.status(700 + 35 * MIN).next_check
    assert check is not None
    assert check.due - course.start == 700 + 50 * MIN
    assert course.status(700 + 35 * MIN).phase == "onset"


def test_a_booster_ends_what_was_overdue_and_says_why() -> None:
    course = dosed()
    course.advance(700 + 18 * MIN)
    assert course.priority("bp_overdue") == "low"
    course.dose(700 + 19 * MIN)
    assert course.told("bp_overdue")[-1][1] == "cleared"
    reason = changes(course.events, "bp_overdue")[-1].alarm.reason
    assert reason == "A further dose has begun the schedule of readings anew."


def test_a_dose_entered_later_passes_the_checks_that_nobody_knew_of() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.dose(3000, at=3000 - 20 * MIN)
    assert course.priority("bp_overdue") is None
    check = course.status(3000).next_check
    assert check is not None
    assert check.due - course.start == 3000 + 10 * MIN

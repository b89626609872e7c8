"""Requests to the cuffs: scheduled, extra, and for repeats; and how a dose changes them."""

from typing import Final

import pytest

from monitor.core.detection import cuff_requests
from monitor.core.vocabulary.events import Commanded
from tests.core.course import Course, dosed

MIN: Final = 60.0


def test_before_the_dose_three_are_wanted_five_minutes_apart() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t in (45.0, 346.0, 700.0):
        course.advance(t)
        course.bp(t, 120, 80)
    course.advance(3600)
    assert course.commands() == [0, 345, 646]
    assert course.status(3600).next_check is None


def test_before_the_dose_nothing_depends_on_when_one_asks() -> None:
    """A check must not become due again because readings age while no one polls the status."""
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


def test_a_further_dose_in_spite_of_an_alarm_ends_none_of_that() -> None:
    course = dosed()
    course.bp(700 + 20 * MIN, 184, 95)
    course.bp(700 + 21 * MIN, 183, 95)
    course.dose(700 + 22 * MIN)
    before = len(course.commands())
    course.advance(700 + 27 * MIN)
    assert [(t - 700) / 60 for t in course.commands()[before:]] == [26]


def test_an_extra_reading_that_fails_stops_neither_the_next_nor_the_list() -> None:
    """The cuff stops answering while the alarm is on: it is asked again, though not for ever."""
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
    course.bp(1010, 184, 85)  # asked immediately
    course.bp(1050, 182, 85)  # it agrees, and so does the reading that waited
    course.bp(1062, 182, 85)
    course.advance(1200)
    assert course.commands("confirm") == [1010]


def test_each_new_crossing_has_its_repeat_asked() -> None:
    course = dosed()
    course.bp(1000, 155, 85)
    course.bp(1070, 146, 80)  # refuted
    course.bp(1080, 155, 85)  # and the crossing returns
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


def test_a_booster_asks_the_cuff_at_once_for_what_it_owes_and_then_by_its_own_list() -> None:
    course = dosed()
    course.advance(700 + 20 * MIN)
    course.dose(700 + 20 * MIN)
    course.advance(700 + 36 * MIN)
    asked = [round((t - 700) / MIN, 1) for t in course.commands("scheduled")]
    assert asked[-3:] == [15, 20, 35]


def test_a_dose_entered_later_passes_the_checks_that_nobody_knew_of() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.dose(3000, at=3000 - 20 * MIN)
    assert course.priority("bp_overdue") is None
    check = course.status(3000).next_check
    assert check is not None
    assert check.due - course.start == 3000 + 10 * MIN


# --- a cuff that comes back ---------------------------------------------------------------------


def test_what_was_wanted_while_no_cuff_was_there_is_asked_for_when_one_comes() -> None:
    """At that moment and not earlier; and it may take as long as a measurement does."""
    course = dosed()
    course.bp(1000, 120, 80, flags=("movement",))
    course.change_devices(1010, remove=["cuff"])
    course.advance(1500)
    course.change_devices(1510, add={"cuff": "cuff"})
    assert course.deadline == 1510
    assert cuff_requests.deadline(course.encounter.state) == course.start + 1510
    course.advance(1510)
    asked = [e for e in course.events if isinstance(e, Commanded)][-1]
    assert (asked.at - course.start, asked.reason) == (1510, "confirm")
    assert asked.by >= asked.at + 60


# --- the next check as people see it ------------------------------------------------------------


def told(course: Course, t: float) -> tuple[float, str, bool, bool] | None:
    """Return the next check: when it is due, s; reason; asked; overdue."""
    course.advance(t)
    check = course.status(t).next_check
    if check is None:
        return None
    return check.due - course.start, check.reason, check.asked, check.overdue


def test_a_repeat_that_was_asked_for_is_the_next_reading_until_any_comes() -> None:
    course = dosed()
    assert told(course, 900) == (1600, "schedule", False, False)
    course.bp(1000, 184, 90)
    assert course.commands("confirm") == [1000]
    assert told(course, 1010) == (1120, "confirm", True, False)
    assert told(course, 1200) == (1120, "confirm", True, True)
    course.bp(1210, 183, 90)
    # Confirmed; while the alarm is on, another is due every five minutes, and is not yet asked for.
    assert told(course, 1220) == (1510, "confirm", False, False)


def test_a_reading_that_waits_for_its_repeat_says_so_before_any_alarm_stands() -> None:
    course = dosed()
    course.bp(1000, 168, 90)
    assert course.priority("sbp_high") is None
    assert told(course, 1001) == (1120, "confirm", True, False)
    course.bp(1070, 130, 90)
    course.bp(1080, 130, 90)
    again = told(course, 1081)
    assert again is not None
    assert again[0] >= 1120


def test_without_a_cuff_nobody_is_told_that_one_was_asked() -> None:
    course = dosed()
    course.change_devices(900, remove=["cuff"])
    course.bp(1000, 184, 90)
    assert told(course, 1010) == (1300, "confirm", False, False)


def test_what_people_are_told_moves_nothing_that_is_decided() -> None:
    course = dosed()
    course.bp(1000, 184, 90)
    check = course.encounter.next_check()
    assert check is not None
    assert (check.due - course.start, check.asked) == (1300, False)
    stale = course.status(1010).vitals["sbp"].stale_at
    assert stale is not None
    assert stale - course.start == 1300 + 120


# --- before the dose ----------------------------------------------------------------------------

BEFORE_DOSE: Final[list[tuple[str, list[float], float, tuple[float, str, bool, bool]]]] = [
    # who measures, readings so far, now; due time, reason, asked, overdue
    ("cuff", [], 0, (300, "schedule", True, False)),
    ("cuff", [], 1.25, (300, "schedule", True, False)),
    ("cuff", [], 301, (300, "schedule", True, False)),
    ("cuff", [], 301.25, (300, "schedule", True, True)),
    ("person", [], 1.25, (300, "schedule", False, False)),
    ("person", [], 301.25, (300, "schedule", False, True)),
    ("cuff", [60], 61, (360, "schedule", False, False)),
    ("cuff", [60], 359, (360, "schedule", False, False)),
    ("cuff", [60], 360, (480, "schedule", True, False)),
    ("cuff", [60], 481, (480, "schedule", True, False)),
    ("cuff", [60], 481.25, (480, "schedule", True, True)),
    ("person", [60], 361.25, (360, "schedule", False, True)),  # shown as due for five minutes
]


@pytest.mark.parametrize(("who", "taken", "now", "said"), BEFORE_DOSE)
def test_before_the_dose_nothing_is_late_that_was_asked_for_a_moment_ago(
    who: str, taken: list[float], now: float, said: tuple[float, str, bool, bool]
) -> None:
    course = Course(devices={"cuff": "cuff"} if who == "cuff" else {})
    for t in taken:
        course.observe(t, "cuff" if who == "cuff" else "", {"sbp": 120.0, "dbp": 80.0})
    assert told(course, now) == said


def test_the_cuff_is_asked_at_the_opening_all_the_same() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.advance(400)
    assert course.commands("scheduled") == [0]

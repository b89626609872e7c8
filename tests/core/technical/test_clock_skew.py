"""`clock_skew`: which clocks are off, by how much, and which messages prove it or end it."""

from typing import Final

import pytest

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import ClockStepped
from tests.core.course import Course, changes, dosed, living, ticking

DAY: Final = 86_400.0


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (60.0, None), (-60.0, None), (61.0, "1 min ahead"), (-61.0, "1 min behind"),
        (7300.0, "2 h ahead"), (-9 * 365 * DAY, "3285 days behind"), (-2000 * 365 * DAY, "behind"),
    ],
)  # fmt: skip
def test_a_clock_that_is_off_by_more_than_a_minute_is_told(ahead: float, said: str | None) -> None:
    course = Course()
    ticking(course, 10, 90, ahead)
    told = course.told("clock_skew")
    if said is None:
        assert told == []
        return
    # Three readings confirm that it is ahead, or days behind. Minutes behind may be a delay, until
    # it has kept our pace for long enough.
    waits = -DAY < ahead < 0
    assert told == [(40 if waits else 12, "raised", "clock_skew", "low")]
    alarm = course.standing("clock_skew")
    assert alarm is not None
    assert said in sentence(alarm)
    doubtful = {j.effective - course.start for j in course.judged("hr") if j.state == "suspect"}
    assert doubtful == ({t - 0.5 for t in range(10, 40)} if waits else set())


def test_one_wild_time_tells_nothing() -> None:
    course = Course()
    ticking(course, 10, 20, 0)
    ticking(course, 20, 22, 5000)
    ticking(course, 22, 40, 0)
    assert course.told("clock_skew") == []


def test_a_backlog_is_no_clock_that_is_behind() -> None:
    """The broker was away for five minutes, then delivers all that the strap sent meanwhile."""
    course = Course(devices={"strap": "heart_rate"})
    ticking(course, 10, 20, 0)
    for t in range(20, 320):
        course.hr(320 + t / 1000, 70, measured=t - 0.5, sent=t)
    ticking(course, 321, 400, 0)
    assert course.told("clock_skew") == []


@pytest.mark.parametrize("pace", [2.0, 1.1])
def test_a_device_that_catches_up_is_no_clock_that_is_behind(pace: float) -> None:
    course = Course(devices={"strap": "heart_rate"})
    ticking(course, 10, 20, 0)
    t = 20.0
    while (received := 1000 + (t - 20) / pace) > t + 60:
        course.hr(received, living(70, int(t)), measured=t - 0.5)
        t += 1.0
    assert course.told("clock_skew") == []
    assert {j.state for j in course.judged("hr")} == {"accepted", "late"}


def steps(course: Course) -> list[tuple[float, float]]:
    """Return when each clock step was found, and how far the clock went ahead, s."""
    return [(e.at - course.start, e.by_s) for e in course.events if isinstance(e, ClockStepped)]


def pressures(course: Course, behind: float, *, tells: bool) -> None:
    """Send a pressure every five minutes from 1000 on; the clock falls behind after the third."""
    for n, sbp in enumerate([122] * 3 + [190] * 5):
        t, off = 1000 + 300 * n, behind if n > 2 else 0.0
        course.bp(t, sbp, 100, measured=t - 1 - off, sent=t - off if tells else None)


def test_a_cuff_that_tells_its_clock_is_believed_when_it_falls_behind() -> None:
    """It runs backwards, and was read five minutes before: it was set, and no reading is late."""
    course = dosed()
    pressures(course, 3600, tells=True)
    assert {j.state for j in course.judged("sbp")[6:]} == {"accepted"}
    assert course.judged("sbp")[-1].effective == course.start + 3099
    assert course.told("sbp_high")[0] == (1900, "raised", "sbp_high", "high")
    assert steps(course) == [(1900, -3600)]
    # After three readings, or two far apart, the alarm about the clock is raised as well.
    assert course.told("clock_skew") == [(2200, "raised", "clock_skew", "medium")]
    course.bp(3400, 128, 80, measured=3399, sent=3400)
    assert course.told("clock_skew")[1:] == [(3400, "cleared", "clock_skew", "medium")]
    words = "The clock of device cuff was set right: it had been 60 min behind."
    assert changes(course.events, "clock_skew")[-1].alarm.reason == words
    assert steps(course)[1:] == [(3400, 3600)]
    step = course.status(3400).clock_steps["cuff"]
    assert (step.at, step.by_s, sentence(step)) == (course.start + 3400, 3600, words)
    assert course.judged("sbp")[-1].state == "accepted"


@pytest.mark.parametrize("behind", [3600.0, 9 * 365 * DAY])
def test_a_cuff_that_tells_no_clock_is_in_doubt_until_its_pace_shows_that_it_was_set(
    behind: float,
) -> None:
    """For example reset to 2017: the reading may also be old, but would not keep our pace then."""
    course = dosed()
    pressures(course, behind, tells=False)
    states = [j.state for j in course.judged("sbp")[6:]]
    assert states == ["suspect", *["accepted"] * 4]
    assert course.told("sbp_high")[0] == (1900, "raised", "sbp_high", "high")
    assert steps(course) == [(2200, -behind - 1)]  # a second passed from measuring to sending
    assert course.told("clock_skew") == [(2200, "raised", "clock_skew", "medium")]
    course.bp(3400, 128, 80, measured=3399)
    assert course.told("clock_skew")[1:] == [(3400, "cleared", "clock_skew", "medium")]


def test_a_strap_that_is_always_as_old_and_tells_no_clock_may_be_of_now() -> None:
    """Two hours of delay look like a wrong zone: a crisis raises an alarm, and clears no other."""
    course = Course(devices={"strap": "heart_rate"})
    for t in range(10, 200):
        course.hr(t, 150 + t % 3, measured=t - 7200)
    states = course.states("hr")
    assert states == ["late"] * states.count("late") + ["suspect"] * states.count("suspect")
    assert states.count("late") == 30
    assert course.standing("hr_high") is not None
    assert "hr" in course.unmet(200)
    alarm = course.standing("clock_skew")
    assert alarm is not None
    assert sentence(alarm).endswith("is not known: they raise alarms, and end none.")


def test_a_cuff_that_is_always_as_old_is_not_silent() -> None:
    course = dosed()
    course.observe(800, "other", {"sbp": 187.0, "dbp": 115.0}, measured=800 - 3600)
    assert course.standing("sbp_high") is None
    course.observe(1100, "other", {"sbp": 189.0, "dbp": 116.0}, measured=1101 - 3600)
    assert course.standing("sbp_high") is not None
    course.observe(1400, "other", {"sbp": 120.0, "dbp": 80.0}, measured=1400 - 3600)
    assert course.standing("sbp_high") is not None


def test_a_clock_that_is_set_right_ends_it_and_a_far_one_is_medium_after_the_dose() -> None:
    course = dosed()
    ticking(course, 800, 810, 3600)
    ticking(course, 810, 820, 40)  # near, but not right
    ticking(course, 820, 830, 1)
    assert course.told("clock_skew") == [
        (802, "raised", "clock_skew", "medium"), (820, "cleared", "clock_skew", "medium"),
    ]  # fmt: skip

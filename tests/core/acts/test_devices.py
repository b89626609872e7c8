"""Alarms on a device's clock, delay and numbering: `clock_skew`, `late_data`, `sequence_gap`."""

from typing import Final

import pytest

from monitor.core.encounter import Encounter
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import ClockStepped
from tests.core.course import Course, changes, dosed, living

DAY: Final = 86_400.0


def ticking(course: Course, since: float, until: float, ahead: float) -> None:
    """Send one reading a second from a strap whose clock is `ahead` of ours."""
    t = since
    while t < until:
        course.hr(t, 70, measured=t - 0.5 + ahead, sent=t + ahead)
        t += 1.0


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


def send(course: Course, t: float, *numbers: int) -> None:
    for n in numbers:
        course.hr(t, 70, seq=n, boot="a")


def test_numbers_that_do_not_come_are_told_after_a_minute_and_passed_after_another() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    course.advance(69)
    assert course.told("sequence_gap") == []
    course.advance(70)
    assert course.told("sequence_gap") == [(70, "raised", "sequence_gap", "low")]
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "3 readings (numbers 3 to 5)" in sentence(alarm)
    send(course, 100, 7)
    assert course.priority("sequence_gap") == "low"
    send(course, 130, 8)
    assert course.told("sequence_gap")[1:] == [(130, "cleared", "sequence_gap", "low")]
    send(course, 140, 9)
    course.advance(900)
    assert len(course.told("sequence_gap")) == 2


def test_a_hole_that_is_filled_in_time_is_nothing() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    send(course, 40, 4, 3, 5)
    course.advance(600)
    assert course.told("sequence_gap") == []


def test_a_hole_that_is_filled_late_ends_it() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 3)
    course.advance(100)
    send(course, 110, 2)
    assert [t[:2] for t in course.told("sequence_gap")] == [(70, "raised"), (110, "cleared")]
    send(course, 120, 9)
    course.advance(200)
    assert [t[:2] for t in course.told("sequence_gap")][2:] == [(180, "raised")]


def test_only_what_is_missing_still_is_counted_as_lost() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    send(course, 20, 4, 7)
    course.advance(100)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "2 readings (between numbers 3 and 5)" in sentence(alarm)
    send(course, 140, 8)
    reason = changes(course.events, "sequence_gap")[-1].alarm.reason
    assert reason == "Recorded as lost from device strap: 2 readings."


def test_a_device_that_loses_one_in_five_is_told_of_every_number() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for n in range(600):
        if n % 5 != 4:
            send(course, n, n)
    course.advance(700)
    send(course, 1000, 600)
    send(course, 1200, 601)
    lost = [
        int(c.alarm.reason.split(": ")[1].split(" ")[0])
        for c in changes(course.events, "sequence_gap")
        if c.transition == "cleared"
    ]
    assert sum(lost) == 120
    assert len(lost) == 6  # one alarm at a time, and not one for each number


def test_a_restart_is_no_hole_and_a_device_that_leaves_takes_its_alarms_along() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2)
    course.hr(11, 70, seq=40, boot="b")
    course.advance(100)
    assert course.told("sequence_gap") == []
    send(course, 110, 9)
    ticking(course, 120, 124, 900)
    course.advance(175)
    course.change_devices(180, remove=["strap"])
    assert {t[2] for t in course.told() if t[0] == 180} >= {"sequence_gap", "clock_skew"}


def test_a_hole_outlives_a_restart_of_the_service() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 5)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.advance(70)
    assert course.told("sequence_gap") == [(70, "raised", "sequence_gap", "low")]


# --- readings that come late ----------------------------------------------------------------------


def late(course: Course, since: float, until: float, age: float, every: float = 1.0) -> None:
    """Send readings that a gateway with a correct clock held back for `age` s."""
    t = since
    while t <= until:
        course.hr(t, 70, measured=t - age, sent=t - 0.5)
        t += every
    course.advance(until)


def test_readings_that_are_always_late_are_told_once_and_ended_by_one_in_time() -> None:
    course = Course()
    ticking(course, 10, 100, 0)
    late(course, 700, 850, 620)
    assert course.told("late_data") == [(760, "raised", "late_data", "low")]
    alarm = course.standing("late_data")
    assert alarm is not None
    assert alarm.onset == course.start + 700
    assert sentence(alarm) == (
        "Readings of device strap come late, the newest measured 10 min before it was received. "
        "They are kept, and not watched."
    )
    course.observe(851, "other", {"hr": 70.0})
    assert course.standing("late_data") is not None
    ticking(course, 860, 861, 0)
    late(course, 900, 950, 620)
    assert course.told("late_data")[1:] == [(860, "cleared", "late_data", "low")]


def test_what_cannot_be_believed_says_nothing_of_how_late_a_device_is() -> None:
    course = Course()
    ticking(course, 10, 100, 0)
    late(course, 700, 730, 620)
    course.observe(731, "strap", {"hr": 0.0})
    late(course, 732, 770, 620)
    assert course.told("late_data") == [(760, "raised", "late_data", "low")]


def test_a_backlog_that_catches_up_and_history_of_the_broker_are_no_late_data() -> None:
    course = Course()
    ticking(course, 10, 20, 0)
    late(course, 1000, 1050, 900, every=0.1)
    ticking(course, 1051, 1100, 0)
    for t in range(1101, 1200):
        course.hr(t, 70, measured=t - 900, replayed=True)
    assert course.told("late_data") == []


def test_a_clock_that_is_behind_is_not_told_as_late_data_too() -> None:
    course = Course()
    for t in range(10, 200):
        course.hr(t, 70, measured=t - 7200)
    assert course.told("clock_skew") != []
    assert course.told("late_data") == []


def test_a_device_that_is_taken_out_is_late_no_more() -> None:
    course = Course()
    late(course, 700, 850, 620)
    course.change_devices(860, remove=["strap"])
    assert course.told("late_data")[1:] == [(860, "cleared", "late_data", "low")]

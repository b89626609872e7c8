"""Two clocks: how far a device's time is trusted, and which readings are history."""

from typing import Final

import pytest

from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.placing import place
from monitor.core.quality.clocks.timebase import lateness, too_old
from monitor.core.sentences.english import english
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import Course


def reading(
    issued: float, effective: float | None = None, sent: float | None = None, *,
    replayed: bool = False,
) -> Observation:  # fmt: skip
    return Observation(
        issued=issued,
        effective=effective,
        sent=sent,
        replayed=replayed,
        device="strap",
        values={"hr": 70.0},
    )


def placed(*readings: Observation, clock: DeviceClock | None = None) -> Placed:
    """Return the placement of the last of these readings."""
    clock = clock or DeviceClock()
    last = Placed(0.0)
    for one in readings:
        last = place(clock, one, one.boot, one.issued)
    return last


CORRECTED: Final = [
    ("no time: receipt counts", [(1000, None, None)], 1000),
    ("a right clock, half a second under way", [(1000, 999.5, None)], 999.5),
    ("two seconds fast is taken as latency, never after receipt", [(1000, 1001.5, None)], 1000),
    ("a fast clock: the offset is taken off", [(1000, 1090, None)], 1000),
    ("a fast clock, an older reading after fresh ones",
     [(1000, 1090, None), (1001, 1091, None), (1030, 1100, None)], 1010),
    ("a slow clock that tells nothing looks old, and is taken as old", [(1000, 880, None)], 880),
    ("a slow clock that tells its time: age is sent minus measured",
     [(1000, 390, 400)], 990),
    ("a clock years behind that tells its time", [(1_000_000_000, 4995, 5000)], 999_999_995),
    ("a fast clock that tells its time", [(1000, 4590, 4600)], 990),
    ("a right clock that tells its time: age kept", [(1000, 700, 1000)], 700),
    ("measured after it was sent, by a clock that was set between", [(1000, 1200, 1000)], 1000),
    ("`sent` alone: it was measured as it was sent", [(1000, None, 999), (1100, None, 1090)], 1090),
    ("the first message delayed, then a prompt one: the prompt one tells the offset",
     [(1300, 999, 1000), (1301, 1300, 1301)], 1300),
    ("one reading dated years ahead does not move the next",
     [(1000, 1e9, None), (1001, 1000.5, None)], 1000.5),
    ("nor the one after a good one",
     [(999, 998.5, None), (1000, 1e9, None), (1001, 1000.5, None)], 1000.5),
    ("an hour fast, seen for half a minute, is followed",
     [(1000, 4600, None), (1020, 4620, None), (1040, 4640, None), (1053, 4643, None)], 1043),
]  # fmt: skip


@pytest.mark.parametrize(("story", "readings", "time"), CORRECTED, ids=[c[0] for c in CORRECTED])
def test_the_corrected_time(
    story: str, readings: list[tuple[float, float | None, float | None]], time: float
) -> None:
    assert placed(*(reading(*r) for r in readings)).effective == time


@pytest.mark.parametrize(
    ("age", "late"), [(0, False), (599, False), (600, False), (600.25, True), (601, True)]
)
def test_late_is_more_than_ten_minutes_old(age: float, late: bool) -> None:
    assert bool(lateness(reading(10_000), 10_000 - age)) is late


def test_how_old_a_late_reading_is_reads_as_people_say_it() -> None:
    assert english(too_old(1200)) == "measured 20 min before it was received"
    assert english(too_old(9 * 3600)) == "measured 9 h before it was received"
    assert english(too_old(20_780 * 86_400.0)) == "measured 20780 days before it was received"


def test_a_retained_message_is_history_however_fresh_it_looks() -> None:
    assert "retained" in english(lateness(reading(1000, 1000, replayed=True), 1000))


@pytest.mark.parametrize(
    ("ahead", "sent", "doubt"),
    [(0, None, False), (120, None, False), (121, None, True), (1e9, None, True), (1e9, 1e9, False)],
)
def test_a_reading_from_the_future(ahead: float, sent: float | None, doubt: bool) -> None:
    found = placed(reading(1000, 1000 + ahead, sent))
    assert bool(found.doubt) is doubt
    assert (found.effective, found.late) == (1000, None)


# --- through the session ------------------------------------------------------------------------


def test_a_reading_dated_ahead_is_suspect_at_its_receipt_and_the_next_is_good() -> None:
    course = Course()
    course.hr(10, 70, measured=10 + 1e8)
    course.hr(11, 71, measured=10.5)
    assert [(j.state, j.effective - course.start) for j in course.judged("hr")] == [
        ("suspect", 10),
        ("accepted", 10.5),
    ]
    assert "3 years" in course.judged("hr")[0].reason or "days" in course.judged("hr")[0].reason


def test_a_reading_from_antiquity_is_late_and_the_next_is_good() -> None:
    course = Course()
    course.hr(10, 70, measured=-1e9)
    course.hr(11, 71, measured=10.5)
    assert [j.state for j in course.judged("hr")] == ["late", "accepted"]


@pytest.mark.parametrize("offset", [-600.0, -121.0, 0.0, 60.0, 600.0, 5000.0])
def test_a_device_that_tells_its_clock_is_judged_alike_whatever_it_shows(offset: float) -> None:
    """A skew of ten minutes either way moves neither alarm nor episode."""
    course = Course()
    for n in range(140):
        value = 125.0 if 40 <= n < 80 else 70.0
        clock = n + offset
        course.hr(n, value, measured=clock - 0.5, sent=clock)
    transitions = [(t, change) for t, change, _, _ in course.told("hr_high")]
    assert transitions == [(47, "raised"), (120, "latched")]


def test_a_future_time_does_not_prolong_freshness() -> None:
    course = Course()
    course.hr(10, 70, measured=10 + 100)
    vital = course.status(41).vitals["hr"]
    assert vital.state == "missing"
    assert course.standing("no_data") is not None

"""Doubts about a heart rate: a frozen value, and beat intervals that contradict it."""

import random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.quality.rate_doubts import STUCK_READINGS, STUCK_S
from monitor.core.vocabulary.events import Judged
from tests.core.course import Course, dosed
from tests.core.law import law

Rr = tuple[float, ...]


def verdict(course: Course) -> tuple[str, str]:
    newest = course.judged("hr")[-1]
    return newest.state, newest.reason


def doubted(course: Course) -> list[Judged]:
    return [j for j in course.judged("hr") if j.state == "suspect"]


def beats(rate: float, number: int, swing: float = 0.03) -> Rr:
    """One interval of a heart at this rate, varying with breath: each differs from those before."""
    wave = swing * ((number * 37) % 101 / 50 - 1)
    return (round(60_000 / rate * (1 + wave), 1),)


# --- a frozen rate ------------------------------------------------------------------------------

CONTACTS: Final = [None, True, False]


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_rate_that_is_frozen_from_the_start_is_doubted_after_two_minutes(
    contact: bool | None,
) -> None:
    course = Course()
    course.stand_still(0, 120, 68, contact=contact)
    assert (verdict(course)[0] == "accepted") is (contact is not False)
    course.stand_still(121, 300, 68, contact=contact)
    assert {j.state for j in course.judged("hr")[121:]} == {"suspect"}
    if contact is not False:
        assert course.judged("hr")[121].reason == (
            "heart rate 68 has not moved for 2 min, in 122 readings"
        )
        assert course.standing("signal_quality") is not None
    course.hr(301, 69, contact=True)
    assert verdict(course)[0] == "accepted"


def test_a_frozen_strap_gives_no_good_baseline_and_still_one_to_set_a_limit_by() -> None:
    course = Course()
    course.stand_still(0, 120, 68)
    assert course.status(120).baseline["hr"].grade == "fair"
    course.stand_still(121, 600, 68)
    baseline = course.status(600).baseline["hr"]
    assert (baseline.value, baseline.grade) == (68, "poor")


def test_what_lived_before_it_froze_is_the_baseline() -> None:
    course = Course()
    course.beat(0, 200, 72)
    course.stand_still(201, 500, 90)
    baseline = course.status(500).baseline["hr"]
    assert (baseline.value, baseline.count, baseline.grade) == (72, 67, "good")


def test_what_froze_in_turn_at_many_values_never_adds_up_to_a_good_baseline() -> None:
    course = Course()
    for n in range(6):
        course.stand_still(125 * n, 125 * n + 124, 66 + n)
    assert course.status(750).baseline["hr"].grade != "good"


def test_after_the_dose_it_is_no_baseline_to_take_again() -> None:
    course = dosed()
    course.stand_still(800, 921, 68)
    assert course.encounter.state.baseline.readings.kept["hr"] == []


@pytest.mark.parametrize(
    ("every", "readings", "state"),
    [
        (0.25, 481, "accepted"), (0.25, 482, "suspect"),
        (5.0, 25, "accepted"), (5.0, 26, "suspect"),
        (10.0, STUCK_READINGS, "accepted"), (10.0, STUCK_READINGS + 1, "suspect"),
        (30.0, STUCK_READINGS, "accepted"), (30.0, STUCK_READINGS + 1, "suspect"),
        (31.0, 100, "accepted"), (60.0, 100, "accepted"),
    ],
)  # fmt: skip
def test_only_reading_after_reading_is_frozen(every: float, readings: int, state: str) -> None:
    """A rate sent once a minute is an average, and may be the same for an hour."""
    course = Course()
    for n in range(readings):
        course.hr(n * every, 68)
    assert verdict(course)[0] == state


def test_zeros_and_silence_in_between_do_not_make_it_live() -> None:
    course = Course()
    for t in range(300):
        if t % 50 < 40:
            course.hr(t, 0 if t % 10 == 7 else 68)
    assert verdict(course)[0] == "suspect"


def test_what_is_known_of_it_outlives_a_restart_of_the_service() -> None:
    course = Course()
    course.stand_still(0, 100, 68)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.stand_still(101, 121, 68)
    assert verdict(course)[0] == "suspect"


# --- beat intervals -----------------------------------------------------------------------------


def test_a_rate_that_stands_still_while_its_intervals_live_is_believed() -> None:
    course = Course()
    for t in range(600):
        course.hr(t, 68, rr=beats(68, t))
    assert doubted(course) == []
    assert course.status(600).baseline["hr"].grade == "good"


def test_it_is_frozen_two_minutes_after_its_last_living_interval() -> None:
    course = Course()
    for t in range(200):
        course.hr(t, 68, rr=beats(68, t))
    course.stand_still(200, 316, 68)  # the intervals are checked for movement every ten seconds
    assert doubted(course) == []
    course.stand_still(317, 327, 68)
    assert verdict(course)[0] == "suspect"
    assert course.status(340).baseline["hr"].grade == "good"  # from the living readings


REPEATED: Final[list[list[Rr]]] = [
    [(882.0,)],
    [(870.0, 893.0)],
    [(870.0, 893.0, 881.0, 902.0)],
    [(870.0,), (893.0,)],
    [(882.0,), ()],
    [(1400.0,), (1431.0,), (1377.0,), (1415.0,), (1390.0,)],  # living, but of a rate of 43
    [(0.0,), (65_535.0,), (5.0,)],
]


@pytest.mark.parametrize("sent", REPEATED, ids=str)
def test_intervals_that_repeat_or_tell_of_another_rate_do_not_make_it_live(sent: list[Rr]) -> None:
    course = Course()
    for t in range(130):
        course.hr(t, 68, rr=sent[t % len(sent)])
    assert verdict(course)[0] == "suspect"


# rate, rate of its intervals -> doubted
RATES: Final = [
    (72, 72, False), (144, 72, True), (36, 72, True), (108, 72, True), (48, 72, True),
    (91, 72, False), (95, 72, True), (51, 72, False), (49, 72, True),
    (60, 120, True), (120, 60, True), (180, 90, True), (45, 90, True), (120, 100, False),
    (28, 45, True), (31, 45, False), (58, 45, False),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "heart", "wrong"), RATES)
def test_a_rate_that_its_own_intervals_contradict_is_doubted(
    rate: float, heart: float, wrong: bool
) -> None:
    course = Course()
    for t in range(40):
        course.hr(t, rate + t % 2, rr=beats(heart, t))
    assert (verdict(course)[0] == "suspect") is wrong
    if wrong:
        assert verdict(course)[1].startswith("the intervals between its own beats make it ")
        assert abs(float(verdict(course)[1].split()[-1]) - heart) <= 4


def test_two_intervals_or_old_ones_contradict_nothing() -> None:
    course = Course()
    course.hr(0, 72, rr=(400.0, 400.0))
    course.hr(1, 72)
    assert verdict(course) == ("accepted", "")
    course.hr(2, 72, rr=(400.0,))
    assert verdict(course)[0] == "suspect"
    for t in range(3, 11):
        course.hr(t, 72)
    assert verdict(course)[0] == "suspect"
    course.hr(11, 72)
    assert verdict(course) == ("accepted", "")


@pytest.mark.parametrize("pace", [1.0, 2.0, -1.0, -2.0])
@pytest.mark.parametrize("lag", [0, 5, 10])
def test_a_strap_that_follows_a_ramp_late_is_not_contradicted(pace: float, lag: int) -> None:
    """The strap's rate lags `lag` seconds behind the heart; its intervals are current."""
    course = Course()
    for t in range(90):
        heart = [(100 if pace > 0 else 150) + pace * min(max(0, s - 40), 25) for s in (t, t - lag)]
        course.hr(t, round(heart[1]), rr=beats(heart[0], t))
    assert doubted(course) == []


def test_every_second_beat_too_early_is_no_contradiction() -> None:
    """As a strap reported it from such a heart: the rate stays, the intervals swing."""
    course = Course()
    for t in range(300):
        early = 420.0 + t % 7
        course.hr(t, 80, rr=(early, 1500.0 - early)[t % 2 : t % 2 + 1] * (1 + t % 3 // 2))
    assert doubted(course) == []


def test_a_lost_beat_is_no_contradiction() -> None:
    course = Course()
    for t in range(60):
        course.hr(t, 70 + t % 2, rr=beats(70, t) if t % 9 else (2 * 857.0,))
    assert doubted(course) == []


def test_a_heart_that_jumps_is_told_by_its_newest_intervals() -> None:
    """A strap that averages little jumps to 170; half of the last ten seconds is still at 80."""
    course = Course()
    for t in range(30):
        course.hr(t, 80 + t % 2, rr=beats(80, t))
    for t in range(30, 60):
        course.hr(t, 170 + t % 2, rr=beats(170, t) + beats(170, t + 1) + beats(170, t + 2))
    reasons = [j.reason for j in course.judged("hr")[32:]]
    assert not any("intervals" in reason for reason in reasons)


def test_a_contradicted_rate_raises_and_does_not_clear() -> None:
    course = dosed()
    for t in range(800, 840):
        course.hr(t, 150 + t % 2, rr=beats(75, t))
    assert course.priority("hr_high") == "high"
    for t in range(840, 900):
        course.hr(t, 75 + t % 2, rr=beats(150, t))
    assert course.priority("hr_high") == "high"
    for t in range(900, 960):
        course.hr(t, 75 + t % 2, rr=beats(75, t))
    assert course.priority("hr_high") is None or course.told("hr_high")[-1][1] == "latched"


def test_the_intervals_are_on_the_record_with_the_heart_rate() -> None:
    course = Course()
    course.observe(1, "hub", {"hr": 70, "temp": 36.8}, rr=(857.0, 861.5))
    assert [j.rr for j in course.judged("hr")] == [(857.0, 861.5)]
    assert [j.rr for j in course.judged("temp")] == [()]


def test_what_is_remembered_of_intervals_is_bounded() -> None:
    course = Course()
    for n in range(2000):
        course.hr(n / 100, 70, rr=(857.0, 861.5, 840.0))
    assert len(course.encounter.state.devices.sources["strap"].memory.beats) <= 64


# --- any message --------------------------------------------------------------------------------


@law(60)
@given(
    value=st.integers(25, 240),
    rr=st.lists(st.integers(200, 3000).map(float), max_size=3).map(tuple),
    contact=st.sampled_from(CONTACTS),
    every=st.floats(0.2, 3.5),
    seed=st.integers(0, 2**16),
)
def test_the_same_message_again_and_again_is_never_believed_for_long(
    value: int, rr: Rr, contact: bool | None, every: float, seed: int
) -> None:
    """With any content and any spacing, also with losses."""
    made, course, t = random.Random(seed), Course(), 0.0  # noqa: S311 - losses
    about: dict[str, Any] = {"rr": rr, "contact": contact}
    while t < 2 * STUCK_S:
        t += every * made.uniform(0.7, 1.3)
        if made.random() > 0.1:
            course.hr(t, value, **about)
    since = course.judged("hr")[0].effective
    late = [j for j in course.judged("hr") if j.effective > since + STUCK_S + 5 * every]
    assert {j.state for j in late} <= {"suspect"}
    baseline = course.status(t).baseline.get("hr")
    assert baseline is None or baseline.grade == "poor"

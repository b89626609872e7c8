"""A baseline taken again: the readings that it uses, which effects are immediate, which are not."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.detection.situation import situation
from monitor.core.encounter import Encounter
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.events import BaselineMoved, Event
from monitor.core.vocabulary.inputs import Dose, Input, LimitChanged, Observed, Rebaselined
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import GOES_AHEAD, START, Course, dosed, told
from tests.core.law import law
from tests.core.refusing import refused

TAKEN: Final = "baseline taken again by m.keller"
VITALS: Final = ["hr", "sbp", "dbp", "map", "temp"]


def again(course: Course, t: float, *vitals: str) -> BaselineMoved:
    events = course.apply(t, Rebaselined("cuff was on the wrong arm", "m.keller", vitals))
    (moved,) = [e for e in events if isinstance(e, BaselineMoved)]
    return moved


def limit(course: Course, condition: str, priority: str) -> tuple[float, str]:
    now = course.encounter.state.now - course.start
    rows = {
        (x.condition, x.priority): (x.value, english(x.source)) for x in course.status(now).limits
    }
    return rows[condition, priority]


def centre(course: Course, vital: str = "sbp") -> float:
    return course.encounter.state.baseline.values[vital].value


# --- before the dose ----------------------------------------------------------------------------


def test_before_the_dose_the_readings_so_far_are_set_aside_and_new_ones_asked_for() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 70 * n, 138, 85)
    assert course.encounter.next_check() is None
    moved = again(course, 200)
    assert (moved.before["sbp"].value, moved.before["sbp"].count) == (138, 3)
    assert (moved.by, moved.reason) == ("m.keller", "cuff was on the wrong arm")
    assert moved.after["sbp"].grade == "poor"
    assert course.encounter.next_check() is not None
    (hold,) = course.status(201).gates
    assert "baseline" in [u.id for u in hold.unmet]
    for n in range(2):
        course.bp(210 + 70 * n, 120, 80)
    (hold,) = course.status(300).gates
    assert "baseline" not in [u.id for u in hold.unmet]
    course.dose(400)
    assert (centre(course), course.encounter.state.baseline.values["sbp"].count) == (120, 2)


def test_a_pressure_that_was_set_aside_asks_for_no_repeats() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 70 * n, 150, 85)
    again(course, 200)
    for n in range(2):
        course.bp(210 + 70 * n, 120, 80)
    (hold,) = course.status(300).gates
    assert hold.unmet == ()


@pytest.mark.parametrize("taken_at", [400, 190])
def test_a_dose_before_anything_new_came_still_has_limits_over_a_baseline(taken_at: float) -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 70 * n, 120, 80)
    again(course, 200)
    course.dose(400, at=taken_at)  # past the gate
    assert course.encounter.state.baseline.values["sbp"].grade == "poor"
    assert limit(course, "sbp_rise", "medium")[0] == 156


def test_a_reading_of_the_very_moment_was_before_it() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 150, 85)
    again(course, 10)
    course.bp(100, 120, 80)
    assert course.status(110).baseline["sbp"].value == 120


def test_of_the_vital_signs_that_are_named_and_no_others() -> None:
    course = Course()
    course.beat(0, 100, 70)
    course.bp(100, 150, 85)
    assert set(again(course, 110, "sbp").before) == {"sbp"}
    course.bp(200, 120, 80)
    base = course.status(210).baseline
    assert (base["sbp"].value, base["dbp"].count, base["hr"].count) == (120, 2, 34)


# --- after the dose -----------------------------------------------------------------------------


def test_after_the_dose_the_last_quarter_of_an_hour_counts_and_the_limits_follow() -> None:
    course = dosed()  # 121/80 at 700 s
    course.bp(800, 125, 80)  # older than 15 min by then
    course.bp(900, 134, 84)
    course.bp(1000, 136, 86)
    moved = again(course, 1701)
    assert (moved.before["sbp"].value, moved.after["sbp"].value) == (121, 135)
    assert (moved.after["sbp"].count, moved.after["sbp"].grade) == (2, "fair")
    assert course.status(1701).baseline["dbp"].value == 85
    assert limit(course, "sbp_rise", "medium") == (
        175,
        f"protocol sl_home: esketamine label; {TAKEN}, 17 min after the dose",
    )
    assert limit(course, "sbp_high", "medium")[0] == 165


@pytest.mark.parametrize(
    ("rows", "now"),
    [
        ([], 1000),
        ([(900, {})], 1000),
        ([(900, {}), (930, {})], 1000),  # not a minute apart
        ([(900, {}), (1000, {"flags": ("movement",)})], 1000),
        ([(800, {}), (900, {})], 1701),  # one of them is more than 15 min old
    ],
)
def test_too_few_clean_readings_are_refused_and_nothing_changes(
    rows: list[tuple[float, dict[str, Any]]], now: float
) -> None:
    course = dosed()
    for t, about in rows:
        course.bp(t, 130, 84, **about)
    course.advance(now)
    before = course.encounter.snapshot()
    with refused("too few clean readings"):
        again(course, now)
    assert course.encounter.snapshot() == before


def test_exactly_fifteen_minutes_ago_still_counts() -> None:
    course = dosed()
    course.bp(800, 130, 84)
    course.bp(900, 132, 84)
    assert again(course, 1700).after["sbp"].count == 2


def test_a_vital_sign_that_is_named_must_have_been_measured_enough() -> None:
    course = dosed()
    course.bp(800, 130, 84)
    course.bp(900, 130, 84)
    with refused("of temperature for a baseline"):
        again(course, 1000, "sbp", "temp")
    with refused("pulse is not a vital sign"):
        again(course, 1000, "pulse")
    assert set(again(course, 1000).after) == {"sbp", "dbp"}


@pytest.mark.parametrize(("until", "count"), [(1084, None), (1085, 20), (2200, 60)])
def test_a_heart_rate_needs_five_minutes_and_is_kept_no_longer_than_it_can_serve(
    until: float, count: int | None
) -> None:
    course = Course()
    course.beat(0, 600, 70)
    course.dose(700)
    course.beat(800, until, 78)
    if count is None:
        with refused("too few"):
            again(course, until)
        return
    moved = again(course, until)
    assert (moved.before["hr"].value, moved.after["hr"].value) == (70, 78)
    assert (moved.after["hr"].count, moved.after["hr"].grade) == (count, "fair")
    assert len(course.encounter.state.baseline.readings.kept["hr"]) <= 66


def test_readings_that_scatter_make_a_poor_one() -> None:
    course = dosed()
    course.bp(800, 120, 80)
    course.bp(900, 140, 80)
    after = again(course, 1000).after
    assert (after["sbp"].grade, after["dbp"].grade) == ("poor", "fair")


def test_where_there_was_none_it_brings_the_limits_over_it_and_judges_what_is_there() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.dose(100)
    course.bp(200, 100, 70)
    course.bp(300, 102, 70)
    course.bp(400, 141, 72, flags=("movement",))  # under every absolute limit
    assert course.told("sbp_rise") == []
    moved = again(course, 410)
    assert moved.before == {}
    assert moved.after["sbp"].value == 101
    course.advance(540)  # no repeat came
    assert [row[1:] for row in course.told("sbp_rise")] == [("raised", "sbp_rise", "medium")]


# --- never a reset ------------------------------------------------------------------------------


def test_what_stands_keeps_standing_until_a_reading_says_otherwise() -> None:
    course = dosed()
    course.bp(800, 158, 80)
    course.bp(870, 158, 80)
    alarm = course.standing("sbp_rise")
    assert alarm is not None
    assert (alarm.priority, alarm.limit) == ("medium", 157.3)
    before = told(course.events, course.start)
    again(course, 900)  # 158 is normal now
    assert limit(course, "sbp_rise", "medium")[0] == 198
    assert told(course.events, course.start) == before
    assert course.priority("sbp_rise") == "medium"
    course.bp(1200, 158, 80)
    assert course.priority("sbp_rise") is None
    assert course.told("sbp_rise")[-1][1] == "latched"  # not acknowledged yet
    assert course.priority("sbp_high") == "low"


def test_a_sentence_after_it_claims_nothing_untrue() -> None:
    course = dosed()
    course.bp(800, 160, 80)
    course.bp(870, 168, 80)
    course.bp(940, 168, 80)
    assert course.priority("sbp_rise") == "high"
    again(course, 950)
    assert limit(course, "sbp_rise", "low")[0] == 193
    course.bp(1000, 190, 80)  # below each limit over it, but not far enough below the low one
    alarm = course.standing("sbp_rise")
    assert alarm is not None
    assert alarm.priority == "low"
    assert sentence(alarm) == (
        "Systolic pressure was 168, beyond the low-alarm limit of that time, which now is 193 "
        f"(protocol sl_home: engineering default; {TAKEN}, 4 min after the dose), and 190 "
        "after that is not enough to clear it, 5 min after the dose."
    )


def test_a_booster_does_not_take_the_baseline_again() -> None:
    course = dosed()
    course.bp(1500, 130, 84)
    course.bp(1600, 132, 84)
    frozen = course.status(1650).baseline
    course.dose(1700)
    assert course.status(1700).baseline == frozen
    again(course, 1710)
    taken = course.status(1710).baseline
    course.dose(1800)
    assert course.status(1800).baseline == taken
    assert taken != frozen


@pytest.mark.parametrize(("value", "goes_by"), [(150, 121), (110, 111)])
def test_the_way_home_goes_by_the_lower_of_the_two(value: float, goes_by: float) -> None:
    course = dosed()
    for t in (800, 900):
        course.bp(t, value, 80)
    again(course, 1000)
    for t in (1100, 1200):
        course.bp(t, value + 2, 80)
    again(course, 1300)
    seen = situation(course.encounter.state, course.start + 1300)
    assert seen.baseline["sbp"].value == goes_by
    assert centre(course) == value + 1


# --- properties ---------------------------------------------------------------------------------

RANK: Final = {"low": 1, "medium": 2, "high": 3}
_READINGS: Final = st.lists(
    st.tuples(st.integers(20, 200), st.integers(90, 210), st.booleans()), min_size=1, max_size=12
)


def _absolute(course: Course) -> dict[tuple[str, str], float]:
    return {
        (x.name, level.priority): level.limit
        for x in course.encounter.state.limits.thresholds
        if not x.name.endswith("_rise")
        for level in x.levels
    }


@law(150)
@given(_READINGS, st.integers(0, 11), st.booleans())
def test_the_act_itself_ends_eases_and_postpones_nothing(
    readings: list[tuple[int, int, bool]], where: int, only_systolic: bool
) -> None:
    course, t = dosed(), 700.0
    for wait, sbp, clean in readings[: where + 1]:
        t += wait
        course.bp(t, sbp, min(80, sbp - 30), flags=() if clean else ("movement",))
    standing = course.encounter.state.alarms.standing
    stood = {name: alarm.priority for name, alarm in standing.items()}
    absolute, deadline = _absolute(course), course.deadline
    try:
        events = course.apply(t, Rebaselined("why", "m.keller", ("sbp",) if only_systolic else ()))
    except Refused:
        return
    for name, priority in stood.items():
        assert RANK[standing[name].priority] >= RANK[priority]
    assert {row[1] for row in told(events, course.start)} <= {"raised", "escalated"}
    assert _absolute(course) == absolute
    if deadline is not None:
        assert course.deadline is not None
        assert course.deadline <= deadline


ACTS: Final[list[Input]] = [
    Rebaselined("cuff was on the wrong arm", "m.keller"),
    Rebaselined("only this", "m.keller", ("sbp",)),
    LimitChanged("sbp", "high", "high", 160, "known aneurysm", "m.keller"),
    LimitChanged("sbp", "high", "high", None, "not needed", "m.keller"),
]


@pytest.mark.parametrize("broken_at", range(0, 15, 2))
def test_a_restart_in_between_gives_the_same_session(broken_at: int) -> None:
    """From the snapshot, and from the journal as it is on disk."""
    inputs = _script()
    whole, _ = _played(inputs)
    start, rest = _played(inputs[:broken_at])[0], inputs[broken_at:]
    restored = Encounter.restore(start.snapshot())
    for at, given_ in rest:
        restored.apply(given_, at)
    written = [(at, msgspec.json.encode(given_)) for at, given_ in inputs]
    decode = msgspec.json.Decoder[Input](Input).decode
    replayed, _ = _played([(at, decode(raw)) for at, raw in written])
    assert restored.snapshot() == whole.snapshot()
    assert replayed.snapshot() == whole.snapshot()


def test_what_the_acts_decide_can_be_read_back_from_the_journal() -> None:
    _, events = _played(_script())
    decode = msgspec.json.Decoder[Event](Event).decode
    assert len([e for e in events if isinstance(e, BaselineMoved)]) == 3
    for event in events:
        assert decode(msgspec.json.encode(event)) == event


def _script() -> list[tuple[float, Input]]:
    def bp(t: float, sbp: float, dbp: float) -> tuple[float, Input]:
        values = {"sbp": float(sbp), "dbp": float(dbp)}  # as they are on disk
        reading = Observation(issued=START + t, device="cuff", seq=int(t), values=values)
        return START + t, Observed(reading)

    def act(t: float, given_: Input) -> tuple[float, Input]:
        return START + t, given_

    dose = Dose(START + 400, "ketamine", "sublingual", 100.0, "r.hill", GOES_AHEAD)
    return [
        bp(10, 145, 85), bp(80, 145, 85), act(100, ACTS[0]),
        bp(200, 120, 80), bp(270, 120, 80), act(400, dose),
        bp(600, 158, 84), act(610, ACTS[2]), bp(680, 161, 84),
        act(690, ACTS[1]), act(700, ACTS[3]), bp(800, 161, 84), act(810, ACTS[0]),
        bp(1100, 140, 84),
    ]  # fmt: skip


def _played(inputs: list[tuple[float, Input]]) -> tuple[Encounter, list[Event]]:
    course = Course(devices={"cuff": "cuff"})
    for at, given_ in inputs:
        course.events += course.encounter.apply(given_, at)
    return course.encounter, course.events

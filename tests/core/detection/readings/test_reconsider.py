"""Readings judged again: of more that is known, each by the limits of when it was first judged."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.detection import crossings
from monitor.core.detection.readings import reconsider
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.vocabulary.events import Event, Judged, Rejudged
from monitor.core.vocabulary.inputs import CorrectDose, CorrectReading
from monitor.core.vocabulary.reasons import plain
from tests.core.course import START, Course, changes, dosed
from tests.core.law import law

MIN: Final = 60.0
OLD: Final = plain("It was measured yesterday.")
ANOTHER: Final = plain("It may be of another person.")
DOSED: Final = 700.0  # by `dosed`, at a baseline of 121


def rise(course: Course, t: float) -> None:
    """Send a rise of 29, and its repeat."""
    course.bp(t, 150, 80)
    course.bp(t + 70, 150, 80)


def impossible(course: Course, t: float) -> list[Event]:
    """Send a measurement whose second half disproves the first: all readings are judged again."""
    course.observe(t, "other", {"sbp": 150.0}, measured=t)
    return course.observe(t + 2, "other", {"dbp": 160.0}, measured=t)


def typed(course: Course, t: float, values: dict[str, float], **about: Any) -> CorrectReading:
    rows = [e for e in course.observe(t, "", values, by="thea", **about) if isinstance(e, Judged)]
    return CorrectReading(
        keys={row.vital: row.key for row in rows}, values=values, by="thea", reason="slipped",
        effective=rows[0].effective,
    )  # fmt: skip


def again(course: Course) -> list[Event]:
    state = course.encounter.state
    return reconsider.again(state, state.now, plain("Judged again."))


# --- more is known now ---------------------------------------------------------------------------


def measured(course: Course, *sizes: float, every: float = 300.0) -> list[Pressure]:
    for n, sbp in enumerate(sizes):
        course.bp(10 + every * n, sbp, 80)
    return course.encounter.state.cuffs.pressures


def rejudged(events: list[Event]) -> list[tuple[tuple[str, ...], str]]:
    """Return the rows that changed, by vital sign, and their states."""
    return [
        (tuple(key.split("|")[2] for key in e.keys), e.state)
        for e in events
        if isinstance(e, Rejudged)
    ]


def test_one_that_proves_old_leaves_no_trace_in_the_present() -> None:
    course = Course(devices={"cuff": "cuff"})
    (pressure,) = measured(course, 186)
    assert course.priority("sbp_high") == "high"
    state, vitals = course.encounter.state, course.encounter.state.vitals
    events = reconsider.outdate(state, pressure, OLD, START - 9000, START + 20)
    assert rejudged(events) == [(("sbp", "dbp"), "late")]
    assert [e.transition for e in changes(events, "sbp_high")] == ["latched"]
    assert (state.cuffs.pressures, state.cuffs.newest) == ([], None)
    assert (vitals.newest, vitals.clean, vitals.silence["sbp"]) == ({}, {}, START)
    assert state.baseline.readings.taken() == 0


def test_silence_counts_from_the_one_before_if_the_newest_proves_old() -> None:
    course = Course(devices={"cuff": "cuff"})
    pressures = measured(course, 120, 121, 122)
    state = course.encounter.state
    reconsider.outdate(state, pressures[0], OLD, START - 9000, START + 620)
    assert state.vitals.silence["sbp"] == START + 610
    reconsider.outdate(state, pressures[-1], OLD, START - 9000, START + 620)
    assert state.vitals.silence["sbp"] == START + 310
    assert state.vitals.newest["sbp"].value == 121
    assert state.cuffs.newest is not None
    assert state.cuffs.newest.at == START + 310


def test_a_doubt_is_set_once_for_the_device_that_it_is_about_and_withdrawn() -> None:
    course = Course(devices={"cuff": "cuff", "other": "cuff"})
    measured(course, 120, 186)
    course.observe(700, "other", {"sbp": 121.0, "dbp": 80.0})
    state, now = course.encounter.state, START + 720
    events = reconsider.whose_anew(state, "cuff", lambda p: ANOTHER, now, ANOTHER)
    assert rejudged(events) == [(("sbp", "dbp"), "suspect")] * 2
    assert [bool(p.unproven) for p in state.cuffs.pressures] == [True, True, False]
    assert state.baseline.readings.taken() == 1
    assert reconsider.whose_anew(state, "cuff", lambda p: ANOTHER, now, ANOTHER) == []
    events = reconsider.whose_anew(state, "cuff", lambda p: None, now, ANOTHER)
    assert rejudged(events) == [(("sbp", "dbp"), "accepted")] * 2
    assert state.baseline.readings.taken() == 3


@pytest.mark.parametrize(("since", "doubted"), [(0, 3), (310, 2), (310.25, 1), (611, 0)])
def test_when_a_clock_was_set_those_received_since_then_are_in_doubt(
    since: float, doubted: int
) -> None:
    course = Course(devices={"cuff": "cuff"})
    measured(course, 120, 121, 122)
    state = course.encounter.state
    events = reconsider.unsure(state, "cuff", START + since, START + 620)
    assert rejudged(events) == [(("sbp", "dbp"), "suspect")] * doubted
    assert [bool(p.unproven) for p in state.cuffs.pressures] == (
        [False] * (3 - doubted) + [True] * doubted
    )
    assert len(state.cuffs.proven) == 3 - doubted


def test_one_that_is_removed_is_no_neighbour_any_more() -> None:
    """A pressure far from the one a minute before it is doubted; without that one it is not."""
    course = Course(devices={"cuff": "cuff"})
    _, far, _ = measured(course, 120, 178, 121, every=60)
    assert course.states("sbp") == ["accepted", "suspect", "suspect"]
    state = course.encounter.state
    events = reconsider.leave_out(state, far, ("sbp", "dbp"), START + 140, OLD)
    assert rejudged(events) == [(("sbp", "dbp"), "accepted")]
    assert [p.clean for p in state.cuffs.pressures] == [True, True]
    assert state.baseline.readings.taken() == 2


def test_one_value_of_a_pressure_is_removed_without_the_other() -> None:
    course = Course(devices={"cuff": "cuff"})
    (pressure,) = measured(course, 186)
    state = course.encounter.state
    events = reconsider.leave_out(state, pressure, ("sbp",), START + 20, OLD)
    assert [e.transition for e in changes(events, "sbp_high")] == ["latched"]
    (left,) = state.cuffs.pressures
    assert (left.values, list(left.keys)) == ({"dbp": 80}, ["dbp"])
    assert list(state.vitals.newest) == ["dbp"]


def test_one_that_proves_to_be_of_now_does_all_that_a_live_one_does() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(10, 186, 112, stamp=5.0)
    course.advance(20)
    (pressure,) = course.encounter.state.cuffs.pressures
    assert pressure.unproven
    state = course.encounter.state
    assert state.vitals.silence["sbp"] == START
    events = reconsider.prove(state, pressure, {}, START + 30)
    assert rejudged(events) == [(("sbp", "dbp"), "accepted")]
    assert [p.unproven for p in state.cuffs.pressures] == [None]
    assert state.vitals.silence["sbp"] == START + 10
    assert state.baseline.readings.taken() == 1
    assert state.cuffs.newest is not None


def test_one_that_proves_to_be_of_now_after_a_newer_one_decides_nothing_about_the_present() -> None:
    course = Course(devices={"cuff": "cuff", "other": "cuff"})
    course.record(10, 170, 80, stamp=5.0)
    course.advance(20)
    course.observe(100, "other", {"sbp": 121.0, "dbp": 80.0})
    state = course.encounter.state
    reconsider.prove(state, state.cuffs.pressures[0], {}, START + 110)
    assert state.vitals.newest["sbp"].value == 121
    assert state.vitals.silence["sbp"] == START + 100
    assert course.standing("sbp_high") is None
    assert state.baseline.readings.taken() == 2


# --- limits in force -----------------------------------------------------------------------------


@pytest.mark.parametrize("further", [[], [30], [30, 60]], ids=["1 dose", "2 doses", "3 doses"])
def test_a_rise_of_before_a_further_dose_outlives_it(further: list[float]) -> None:
    course = dosed()
    rise(course, DOSED + 20 * MIN)
    for minute in further:
        course.dose(DOSED + minute * MIN)
    assert course.priority("sbp_rise") == "low"
    impossible(course, DOSED + 70 * MIN)
    assert course.priority("sbp_rise") == "low"


def test_so_it_does_where_a_typed_reading_is_struck_out() -> None:
    course = dosed()
    rise(course, DOSED + 20 * MIN)
    course.dose(DOSED + 30 * MIN)
    course.apply(DOSED + 41 * MIN, typed(course, DOSED + 40 * MIN, {"sbp": 151.0, "dbp": 80.0}))
    assert course.priority("sbp_rise") == "low"


def test_what_rests_on_the_one_that_is_gone_goes() -> None:
    course = dosed()
    course.dose(DOSED + 30 * MIN)
    strike = typed(course, DOSED + 40 * MIN, {"sbp": 168.0, "dbp": 80.0})
    course.advance(DOSED + 43 * MIN)
    assert course.priority("sbp_rise") == "high"
    course.apply(DOSED + 44 * MIN, strike)
    assert course.priority("sbp_rise") is None


@pytest.mark.parametrize(
    ("measured", "arrives", "dose_at", "dose_known", "judged"),
    [
        (DOSED + 60, DOSED + 61, DOSED, DOSED, True),
        (DOSED - 60, DOSED + 61, DOSED, DOSED, True),  # late: by limits already in force
        (DOSED - 60, DOSED - 60, DOSED, DOSED, False),
        (DOSED + 60, DOSED + 60, DOSED, DOSED + 180, False),  # the dose was not known yet
        (DOSED + 240, DOSED + 240, DOSED, DOSED + 180, True),
    ],
)
def test_limits_over_the_baseline_judge_again_what_they_judged(
    measured: float, arrives: float, dose_at: float, dose_known: float, judged: bool
) -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 200 * n, 120, 80)
    if arrives < dose_known:
        course.bp(arrives, 166, 80, measured=measured)
    course.dose(dose_known, at=dose_at)
    if arrives >= dose_known:
        course.bp(arrives, 166, 80, measured=measured)
    course.advance(DOSED + 420)
    assert (course.priority("sbp_rise") is not None) == judged
    assert again(course) == []
    assert (course.priority("sbp_rise") is not None) == judged


def test_a_corrected_first_dose_says_what_was_measured_after_it() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 60 * n, 120, 80)
    course.bp(400, 166, 80)
    course.dose(DOSED)
    course.advance(DOSED + 60)
    assert course.priority("sbp_rise") is None
    earlier = CorrectDose(number=1, by="thea", reason="misread", at=START + 300)
    course.apply(DOSED + 70, earlier)
    assert course.priority("sbp_rise") == "high"
    assert again(course) == []


def test_one_that_was_overtaken_is_judged_by_nothing_again() -> None:
    """Otherwise a repeat of 168 would count although no one saw it as a repeat."""
    course = dosed()
    course.bp(DOSED + 300, 168, 80)
    course.observe(DOSED + 310, "other", {"sbp": 169.0, "dbp": 80.0}, measured=DOSED + 200)
    assert course.priority("sbp_high") is None
    assert again(course) == []
    assert course.priority("sbp_high") is None


def test_but_in_its_turn_where_the_one_that_overtook_it_is_struck_out() -> None:
    course = dosed()
    strike = typed(course, DOSED + 300, {"sbp": 124.0, "dbp": 80.0})
    course.observe(DOSED + 310, "other", {"sbp": 168.0, "dbp": 80.0}, measured=DOSED + 200)
    course.advance(DOSED + 600)
    assert course.priority("sbp_high") is None
    course.apply(DOSED + 610, strike)
    assert course.priority("sbp_high") == "medium"


def test_a_temperature_of_before_the_dose_is_no_rise() -> None:
    course = Course(devices={"thermo": "thermometer"})
    for n in range(5):
        course.temp(10 + 70 * n, 36.5)
    course.temp(400, 37.6)
    course.dose(DOSED)
    strike = typed(course, DOSED + 60, {"temp": 37.0})
    course.apply(DOSED + 120, strike)
    course.advance(DOSED + 900)
    assert course.priority("temp_rise") is None


# --- any course ----------------------------------------------------------------------------------


class Measured(Struct, frozen=True):
    """A pressure. who: a device, or "" for typed; lag: s from its measurement to its arrival."""

    wait: float
    who: str
    sbp: float
    lag: float
    flags: tuple[str, ...] = ()


class Given(Struct, frozen=True):
    wait: float
    ago: float


class Struck(Struct, frozen=True):
    """Strike a typed reading out; back: its place, counted from the newest."""

    wait: float
    back: int


WAITS: Final = st.sampled_from([0.0, 5.0, 30.0, 62.0, 95.0, 130.0, 300.0, 900.0])
SIZES: Final = st.sampled_from([84.0, 96.0, 118.0, 124.0, 143.0, 149.0, 152.0, 163.0, 168.0, 184.0])
READINGS: Final = st.builds(
    Measured, WAITS, st.sampled_from(["", "", "cuff", "other"]), SIZES,
    st.sampled_from([0.0, 0.0, 0.0, 20.0, 70.0, 200.0, 500.0]),
    st.sampled_from([(), (), (), ("movement",)]),
)  # fmt: skip
DOSES: Final = st.builds(Given, WAITS, st.sampled_from([0.0, 0.0, 40.0, 400.0]))
STRIKES: Final = st.builds(Struck, WAITS, st.integers(0, 3))
STEPS: Final = st.lists(st.one_of(READINGS, READINGS, READINGS, STRIKES), max_size=8)


@st.composite
def courses(draw: st.DrawFn) -> list[Measured | Given | Struck]:
    """Readings and strikes around one to three doses."""
    steps: list[Measured | Given | Struck] = [*draw(STEPS)]
    for _ in range(draw(st.integers(1, 3))):
        steps += [draw(DOSES), *draw(STEPS)]
    return steps


@law(150)
@given(courses())
def test_judging_again_without_a_correction_changes_nothing(
    steps: list[Measured | Given | Struck],
) -> None:
    course, t = Course(devices={"cuff": "cuff", "other": "cuff"}), 300.0
    for n in range(3):
        course.bp(10 + 70 * n, 120, 80)
    strikes: list[CorrectReading] = []
    for step in steps:
        t += step.wait
        _play(course, t, step, strikes)
        state = course.encounter.state
        before = _judged(course)
        assert crossings.judge_all_again(state, state.now, plain("Judged again.")) == []
        assert again(course) == []
        assert _judged(course) == before


def _play(
    course: Course, t: float, step: Measured | Given | Struck, strikes: list[CorrectReading]
) -> None:
    if isinstance(step, Given):
        last = course.encounter.state.session.last_dose_at
        at = t - step.ago if last is None else max(t - step.ago, last - START)
        course.dose(t, at=at)
    elif isinstance(step, Struck):
        if step.back < len(strikes):
            course.apply(t, strikes.pop(-1 - step.back))
    elif step.who:
        values = {"sbp": step.sbp, "dbp": 80.0}
        course.observe(t, step.who, values, measured=t - step.lag, sent=t, flags=step.flags)
    else:
        values = {"sbp": step.sbp, "dbp": 80.0}
        strikes.append(typed(course, t, values, measured=t - step.lag))


def _judged(course: Course) -> tuple[bytes, ...]:
    """Return the alarms and the state of each condition."""
    state = course.encounter.state
    return tuple(msgspec.json.encode(x) for x in (state.alarms, state.limits.thresholds))

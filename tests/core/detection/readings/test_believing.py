"""A believed reading is applied; one that may be of another time or person can only warn."""

from typing import Any, Final

import pytest

from monitor.core.detection.readings import believing
from tests.core.course import Course, dosed

LONG_AGO = 5.0  # a stamp without information


def with_baseline() -> Course:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    course.bp(80, 121, 80)
    return course


# --- gates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("doubtful", ["record", "moved"])
def test_one_doubtful_reading_does_not_cover_another_before_a_gate(doubtful: str) -> None:
    course = with_baseline()
    course.bp(500, 146, 92, flags=("movement",))
    assert course.unmet(501)[:2] == ["sbp", "dbp"]
    if doubtful == "record":
        course.record(560, 118, 76, stamp=LONG_AGO)
    else:
        course.bp(560, 118, 76, flags=("movement",))
    assert course.unmet(570)[:2] == ["sbp", "dbp"]
    course.bp(640, 118, 76)
    assert not {"sbp", "dbp"} & set(course.unmet(641))


def test_a_doubtful_heart_rate_does_not_cover_the_clean_one_before_a_gate() -> None:
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    for t in range(10, 60):
        course.hr(t, 150 + t % 3)
    course.observe(59.5, "band", {"hr": 70.0}, contact=False)
    assert course.rows("hr")[-1][1] == "suspect"
    assert "hr" in course.unmet(60)


# --- overtaking -----------------------------------------------------------------------------------


def test_an_unproven_pressure_does_not_overtake_a_proven_one() -> None:
    course = dosed()
    course.record(1000, 118, 76, stamp=LONG_AGO)
    course.observe(1002, "other", {"sbp": 170.0, "dbp": 104.0}, measured=990)
    course.advance(1200)
    assert course.priority("sbp_high") == "medium"


def test_a_strap_with_a_longer_way_is_judged_beside_another() -> None:
    """A strap that sends no time is always the newest, by a second."""
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    for t in range(10, 60):
        course.observe(t, "band", {"hr": 70.0 + t % 3})
        course.observe(t + 0.3, "strap", {"hr": 150.0 + t % 3}, measured=t - 0.5)
    assert course.priority("hr_high") == "high"


def test_a_live_record_that_is_overtaken_while_it_waits_is_told() -> None:
    course = Course(devices={"cuff": "cuff", "other": "cuff"})
    course.inflates(100)
    course.record(140, 190, 114, stamp=LONG_AGO)
    course.observe(141, "other", {"sbp": 118.0, "dbp": 76.0})
    course.advance(160)
    assert course.states("sbp") == ["accepted", "accepted"]
    raised = [told for told in course.told("sbp_high") if told[1] == "raised"]
    assert raised == [(143, "raised", "sbp_high", "high")]


# vital sign, source, measured and received -> whether it is overtaken by the readings of `busy`
OVERTAKEN: Final = [
    ("hr", "strap", 99.0, 100.5, True),
    ("hr", "strap", 100.0, 100.5, False),
    ("hr", "band", 99.0, 100.5, False),  # another source with a longer route
    ("hr", "band", 39.0, 100.5, True),  # too old for the present
    ("temp", "thermo", 89.0, 100.5, True),
    ("temp", "other", 89.0, 100.5, True),
    ("temp", "thermo", 90.0, 100.5, False),
    ("sbp", "other", 79.0, 100.5, True),
    ("sbp", "cuff", 80.0, 100.5, False),
    ("dbp", "cuff", 79.0, 100.5, False),  # the newer ones have no diastolic
    ("map", "cuff", 1.0, 100.5, False),
]


def busy() -> Course:
    """Have a systolic of 80 s, a temperature of 90 s, a heart rate of 100 s and a doubtful cuff."""
    course = Course()
    course.observe(80, "cuff", {"sbp": 120.0}, measured=80)
    course.temp(90, 36.6, measured=90)
    course.hr(100, 70, measured=100)
    course.record(100, 118, 76, stamp=LONG_AGO)
    return course


@pytest.mark.parametrize(("vital", "source", "measured", "received", "found"), OVERTAKEN)
def test_a_reading_is_overtaken_by_a_newer_one(
    vital: str, source: str, measured: float, received: float, found: bool
) -> None:
    course = busy()
    effective, issued = course.start + measured, course.start + received
    state = course.encounter.state
    assert believing.overtaken(state, vital, source, effective, issued) is found


# --- silence --------------------------------------------------------------------------------------


# readings of a cuff -> since when silence of pressures counts
SILENCES: Final[list[tuple[dict[str, float], dict[str, Any], float]]] = [
    ({"sbp": 120.0, "dbp": 80.0}, {}, 500),
    ({"map": 90.0}, {}, 500),
    ({"sbp": 120.0, "dbp": 80.0}, {"measured": 499.0}, 499),  # mere latency
    ({"sbp": 120.0, "dbp": 80.0}, {"measured": 490.0}, 500),
    ({"dbp": 80.0}, {}, 0),
    ({"sbp": 120.0, "dbp": 80.0}, {"measured": 5.0}, 10),  # overtaken
]


@pytest.mark.parametrize(("values", "about", "since"), SILENCES)
def test_silence_of_pressures_counts_from_the_newest_with_a_systolic_or_a_mean(
    values: dict[str, float], about: dict[str, Any], since: float
) -> None:
    course = Course(devices={"cuff": "cuff"})
    if since == 10:
        course.bp(10, 121, 80)
    course.observe(500, "cuff", values, **about)
    assert course.encounter.state.vitals.silence["sbp"] == course.start + since


def test_an_unproven_reading_ends_no_silence_and_satisfies_no_check() -> None:
    course = dosed()
    check = course.encounter.state.cuffs.schedule.check
    course.advance(2500)
    assert {"no_data", "bp_overdue"} <= {e[2] for e in course.told()}
    course.record(2510, 118, 76, stamp=LONG_AGO)
    course.advance(2520)
    assert course.states("sbp")[-1] == "suspect"
    assert course.standing("no_data") is not None
    assert course.standing("bp_overdue") is not None
    assert course.encounter.state.cuffs.schedule.check == check


def test_a_doubtful_reading_is_the_newest_and_counts_for_neither_trend_nor_baseline() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    course.bp(100, 126, 84, flags=("movement",))
    state = course.encounter.state
    assert (state.vitals.newest["sbp"].value, state.vitals.clean["sbp"].value) == (126, 120)
    assert state.vitals.recent["sbp"] == [(course.start + 10, 120)]
    assert state.baseline.readings.taken() == 1
    assert state.cuffs.newest is not None
    assert state.cuffs.newest.at == course.start + 100


def test_only_single_measurements_other_than_pressures_are_kept_one_by_one() -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.temp(20, 36.6)
    course.hr(30, 70)
    course.observe(40, "", {"hr": 72.0}, by="thea")
    singles = course.encounter.state.vitals.singles
    assert {vital: [(one.device, one.value) for one in singles[vital]] for vital in singles} == {
        "temp": [("thermo", 36.6)], "hr": [("", 72)],
    }  # fmt: skip


# --- repeats --------------------------------------------------------------------------------------


def test_a_reading_bears_out_nothing_that_an_unproven_one_began() -> None:
    course = dosed()
    course.record(900, 186, 112, stamp=LONG_AGO)
    course.advance(910)
    course.bp(1000, 187, 112)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional
    course.bp(1080, 186, 111)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert not alarm.provisional


def test_at_medium_a_proven_reading_waits_for_a_repeat_of_its_own() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(900, 168, 90, stamp=LONG_AGO)
    course.advance(910)
    course.bp(1000, 168, 90)
    assert course.told("sbp_high") == []
    course.bp(1070, 168, 90)
    assert course.told("sbp_high")[0][:2] == (1070, "raised")

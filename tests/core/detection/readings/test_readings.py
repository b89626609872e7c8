"""A reading is taken once: placed in time, judged, and put on the record under its own key."""

from typing import Any, Final

import pytest

from monitor.core.vocabulary.events import Duplicate, Judged
from tests.core.course import START, Course

# --- the record -----------------------------------------------------------------------------------

KEYS: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("by its number", {"seq": 7}, "strap|7|hr|"),
    ("and its boot", {"seq": 7, "boot": "b"}, "strap|7|hr|b"),
    ("its number before its time", {"seq": 7, "measured": 9.5}, "strap|7|hr|"),
    ("by its time", {"seq": None, "measured": 9.5}, f"strap|t{START + 9.5:.3f}|hr"),
    ("else by a number of the session", {"seq": None}, "strap|#1|hr"),
]


@pytest.mark.parametrize(("about", "key"), [k[1:] for k in KEYS], ids=[k[0] for k in KEYS])
def test_the_row_of_a_reading_has_a_key(about: dict[str, Any], key: str) -> None:
    course = Course()
    course.hr(10, 70, **about)
    assert [row.key for row in course.judged("hr")] == [key]


def test_a_row_says_who_measured_and_when() -> None:
    course = Course()
    course.observe(10, "strap", {"hr": 70.0}, measured=9.5, rr=(850.0, 861.0), seq=3, boot="b")
    course.observe(11, "", {"temp": 36.6}, by="thea")
    (rate,), (typed,) = course.judged("hr"), course.judged("temp")
    assert (rate.device, rate.source, rate.seq, rate.boot) == ("strap", "device", 3, "b")
    assert (rate.effective, rate.issued, rate.measured) == (START + 9.5, START + 10, START + 9.5)
    assert rate.rr == (850.0, 861.0)
    assert (typed.source, typed.seq, typed.measured, typed.rr) == ("manual", None, None, ())


# heart rate, how old -> verdict
VERDICTS: Final = [
    (70.0, 0.0, "accepted"), (300.0, 0.0, "rejected"),
    (70.0, 700.0, "late"), (300.0, 700.0, "rejected"),
    (70.0, -700.0, "suspect"), (300.0, -700.0, "rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "age", "verdict"), VERDICTS)
def test_an_impossible_value_is_rejected_whenever_it_was_measured(
    value: float, age: float, verdict: str
) -> None:
    course = Course()
    course.hr(1000, value, measured=1000 - age)
    assert course.states("hr") == [verdict]
    shown = course.encounter.state.vitals.newest.get("hr")
    assert (shown is not None) == (verdict in ("accepted", "suspect"))


@pytest.mark.parametrize("record", [False, True])
def test_one_that_comes_again_is_a_duplicate_and_nothing_else(record: bool) -> None:
    course = Course(devices={"cuff": "cuff"})
    if record:
        course.record(10, 186, 112, stamp=5.0)
    else:
        course.bp(10, 186, 112)
    course.advance(30)
    before = course.encounter.state.cuffs.pressures[:]
    again = course.again(40, "cuff")
    assert [(type(e), e.noted) for e in again if isinstance(e, Duplicate)] == [(Duplicate, record)]
    assert not [e for e in again if isinstance(e, Judged)]
    assert course.encounter.state.cuffs.pressures == before


# --- the device -----------------------------------------------------------------------------------


def test_a_cuff_that_inflates_measures_nothing_yet() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.advance(5)
    assert course.inflates(10) == []
    assert course.encounter.state.cuffs.pressures == []


@pytest.mark.parametrize(("age", "present"), [(0.0, True), (600.0, True), (601.0, False)])
def test_a_late_reading_says_nothing_about_its_device(age: float, present: bool) -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.hr(500, 70, measured=500)
    course.status_of(900, "strap", online=False)
    course.hr(1000, 70, measured=1000 - age, battery=40)
    known = course.encounter.state.devices.known["strap"]
    assert (known.battery == 40) is present
    assert (known.offline is None) is present


def test_readings_that_come_late_are_reported_until_one_comes_in_time() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for n in range(3):
        course.hr(1000 + 35 * n, 70, measured=100 - 40 * n)
    assert course.standing("late_data") is not None
    course.hr(1080, 300, measured=1080)
    assert course.standing("late_data") is not None, "a rejected one does not count"
    course.hr(1090, 70, measured=1090)
    assert course.standing("late_data") is None


def test_the_second_half_of_a_pressure_is_judged_with_the_first_and_completes_it() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(10, "cuff", {"sbp": 124.0}, measured=9)
    course.observe(12, "cuff", {"dbp": 80.0, "temp": 36.6}, measured=9.5)
    (pressure,) = course.encounter.state.cuffs.pressures
    assert (pressure.sbp, pressure.dbp, pressure.effective) == (124, 80, START + 9)
    assert pressure.received == START + 12
    assert [row.effective - START for row in course.judged("temp")] == [9]


# --- late and overtaken readings ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "state", "raised"), [(0, "accepted", 1), (600, "accepted", 1), (601, "late", 0)]
)
def test_a_late_reading_fills_the_chart_and_does_nothing_else(
    age: float, state: str, raised: int
) -> None:
    course = Course()
    course.bp(1000, 184, 95, measured=1000 - age)
    assert [j.state for j in course.judged("sbp")] == [state]
    assert len(course.told("sbp_high")) == raised
    assert (course.status(1000).vitals["sbp"].value is None) == (state == "late")


def test_a_late_reading_is_no_sign_of_life() -> None:
    course = Course()
    course.beat(0, 10, 70)
    course.hr(40, 70, measured=-700)
    course.advance(41)
    assert course.standing("no_data") is not None


def test_a_late_reading_clears_nothing() -> None:
    course = Course()
    course.bp(1000, 184, 95)
    course.bp(1100, 120, 80, measured=400)
    assert course.priority("sbp_high") == "high"


def test_an_overtaken_reading_is_stored_and_not_judged() -> None:
    """The newest measurement decides about the present, not the newest message."""
    course = Course()
    course.bp(1000, 184, 95, measured=990)
    course.bp(1010, 120, 80, measured=980)
    assert [j.state for j in course.judged("sbp")] == ["accepted", "accepted"]
    assert course.priority("sbp_high") == "high"
    assert course.status(1010).vitals["sbp"].value == 184

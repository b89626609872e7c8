"""The memory of vital signs: newest values, trend, streams, silence and the expected course."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.quality.cuffs.judging_order import Turn
from monitor.core.quality.stream import Follower
from monitor.core.state.vitals import Newest, Single, VitalSigns
from monitor.core.vocabulary.reasons import plain
from tests.core.law import law

DOUBT: Final = plain("The arm moved.")


def newest(value: float, effective: float, *, doubtful: bool = False) -> Newest:
    return Newest(value, effective, effective + 1, DOUBT if doubtful else None)


# --- newest values --------------------------------------------------------------------------------


@law(100)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1))
def test_the_value_measured_last_is_drawn_and_of_one_moment_the_one_that_came_last(
    readings: list[tuple[int, bool]],
) -> None:
    vitals = VitalSigns()
    for n, (at, doubtful) in enumerate(readings):
        vitals.believe("sbp", "cuff", newest(n, at, doubtful=doubtful))
    order = sorted(enumerate(readings), key=lambda row: row[1][0])  # stable
    assert vitals.newest["sbp"].value == order[-1][0]
    clean = [n for n, (_, doubtful) in order if not doubtful]
    assert ("sbp" in vitals.clean) == bool(clean)
    if clean:
        assert vitals.clean["sbp"].value == clean[-1]


def test_the_clean_rate_of_each_source_is_kept_and_no_rate_among_the_other_clean_values() -> None:
    vitals = VitalSigns()
    vitals.believe("hr", "strap", newest(70, 10))
    vitals.believe("hr", "band", newest(90, 9))
    vitals.believe("hr", "strap", newest(150, 11, doubtful=True))
    assert vitals.newest["hr"].value == 150
    assert {source: rate.value for source, rate in vitals.rates.items()} == {
        "strap": 70,
        "band": 90,
    }
    assert vitals.clean == {}
    vitals.set_doubted_rates("strap", [newest(150, 11, doubtful=True)])
    vitals.forget_rates("strap")
    vitals.forget_rates("strap")
    assert (list(vitals.rates), vitals.doubted_rates) == (["band"], {})


def test_a_value_that_is_only_drawn_opens_no_gate() -> None:
    vitals = VitalSigns()
    vitals.draw("sbp", newest(120, 10))
    assert (vitals.newest["sbp"].value, vitals.clean) == (120, {})


def test_the_newest_is_found_anew_among_those_that_are_left() -> None:
    vitals = VitalSigns()
    vitals.believe("sbp", "cuff", newest(186, 30))
    vitals.find_newest("sbp", [newest(120, 10), newest(140, 20, doubtful=True)])
    assert (vitals.newest["sbp"].value, vitals.clean["sbp"].value) == (140, 120)
    vitals.find_newest("sbp", [])
    assert (vitals.newest, vitals.clean) == ({}, {})
    vitals.find_newest("hr", [newest(70, 10)])
    assert vitals.clean == {}, "a heart rate is present by its source"


# --- the trend ------------------------------------------------------------------------------------


def test_the_trend_keeps_twenty_values_that_are_fifteen_seconds_apart() -> None:
    vitals = VitalSigns()
    kept = [t for t in (0.0, 14.75, 15.0, 29.75, 30.0) if vitals.remember("hr", 70.0, t)]
    assert kept == [0, 15, 30]
    for n in range(3, 25):
        assert vitals.remember("hr", 70.0 + n, 15.0 * n)
    assert vitals.recent["hr"] == [(15.0 * n, 70.0 + n) for n in range(5, 25)]


def test_a_value_that_is_struck_out_leaves_the_trend() -> None:
    vitals = VitalSigns()
    for at, value in ((0.0, 120.0), (60.0, 186.0), (120.0, 120.0)):
        vitals.remember("sbp", value, at)
    vitals.leave_trend("sbp", 186.0, 0.0)
    assert len(vitals.recent["sbp"]) == 3, "another time"
    vitals.leave_trend("sbp", 186.0, 60.0)
    vitals.leave_trend("temp", 36.6, 60.0)
    assert vitals.recent == {"sbp": [(0.0, 120.0), (120.0, 120.0)]}


def test_the_newest_64_single_measurements_are_kept() -> None:
    vitals = VitalSigns()
    for n in range(70):
        vitals.keep_single("temp", Single("", 36.6, n, n, n, Turn(n, n)))
    assert [one.effective for one in vitals.singles["temp"]] == list(range(6, 70))
    vitals.keep_only("temp", vitals.singles["temp"][:1])
    assert [one.effective for one in vitals.singles["temp"]] == [6]


# --- streams --------------------------------------------------------------------------------------


def test_a_source_leaves_all_streams_and_another_stays() -> None:
    vitals, strap = VitalSigns(), Follower()
    vitals.follow("hr", "strap", strap)
    vitals.follow("hr", "band", Follower())
    assert vitals.streams("hr")["strap"] is strap
    vitals.forget_streams("strap")
    vitals.follow("hr", "strap", None)
    assert list(vitals.streams("hr")) == ["band"]
    assert vitals.streams("temp") == {}


# --- silence --------------------------------------------------------------------------------------


def test_silence_counts_from_the_newest_reading_and_a_promise_does_not_move_it() -> None:
    vitals = VitalSigns()
    vitals.expect("hr", 100.0)
    vitals.expect("hr", 200.0)
    assert vitals.silence == {"hr": 100.0}
    assert [vitals.hear("hr", since) for since in (150.0, 120.0, 150.0)] == [150.0] * 3
    vitals.count_silence("hr", 90.0)
    assert vitals.silence == {"hr": 90.0}
    assert vitals.hear("temp", 10.0) == 10.0, "what was received once is expected"
    vitals.expect_no_more("hr")
    assert vitals.silence == {"temp": 10.0}


def test_silence_is_reported_once_and_ends_once() -> None:
    vitals = VitalSigns()
    assert vitals.lose("hr", 100.0)
    assert not vitals.lose("hr", 130.0)
    assert vitals.blind == {"hr": 100.0}
    assert [vitals.regain("hr"), vitals.regain("hr")] == [True, False]
    assert vitals.lose("hr", 200.0)


# --- the expected course --------------------------------------------------------------------------


def test_a_dose_begins_the_course_of_every_vital_sign_anew() -> None:
    vitals = VitalSigns()
    vitals.course("sbp").peak = 150.0
    vitals.course("hr").higher = 10.0
    assert vitals.course("sbp").peak == 150
    vitals.forget_course("hr")
    assert vitals.course("hr").higher is None
    vitals.restart_course()
    assert vitals.expecting == {}

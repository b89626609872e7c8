"""Readings of doubtful time or person, or half of a failed measurement, may only raise alarms.

Each test is a case that once circumvented this rule.
"""

from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import CuffUser
from tests.core.course import Course, dosed

LONG_AGO = 5.0  # a stamp without information


def with_baseline() -> Course:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    course.bp(80, 121, 80)
    return course


# --- parts of one measurement ---------------------------------------------------------------------


def test_what_comes_after_half_of_a_failed_measurement_does_not_make_it_whole() -> None:
    course = with_baseline()
    course.observe(400, "cuff", {"sbp": 118.0}, failed=("dbp",))
    course.observe(402, "cuff", {"dbp": 76.0})
    assert course.states("dbp")[-1] == "suspect"
    assert not course.encounter.state.cuffs.pressures[-1].whole


def test_a_mean_that_comes_by_itself_neither_proves_nor_silences_a_record() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(400, 190, 114, stamp=LONG_AGO)
    course.observe(401, "cuff", {"map": 140.0})
    course.advance(420)
    assert course.states("sbp") == course.states("map") == ["suspect"]
    assert course.told("sbp_high") == [(403, "raised", "sbp_high", "high")]


def test_a_half_of_another_user_stays_his_when_the_other_half_names_nobody() -> None:
    course = Course(devices={"cuff": "cuff"}, users={"cuff": 1})
    course.observe(400, "cuff", {"sbp": 118.0}, user=2)
    course.observe(402, "cuff", {"dbp": 76.0})
    assert course.states("sbp") == course.states("dbp") == ["suspect"]
    assert "sbp" in course.unmet(410)
    assert "dbp" in course.unmet(410)


# --- retained messages ----------------------------------------------------------------------------


def test_a_sign_of_inflation_that_the_broker_had_kept_makes_no_record_live() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(10, "cuff", {}, measuring=True, seq=None, replayed=True)
    course.record(20, 118, 76, stamp=LONG_AGO)
    course.advance(30)
    assert course.states("sbp") == ["suspect"]


def test_a_sign_of_inflation_that_the_broker_had_kept_holds_nothing_back() -> None:
    course = dosed()
    course.observe(1710, "cuff", {}, measuring=True, seq=None, replayed=True)
    course.advance(1730)
    assert [at for at, *_ in course.told("bp_overdue")] == [1721]


def test_a_record_that_comes_while_the_cuff_still_inflates_is_no_result_of_that() -> None:
    """The cuff connects to measure, and first sends its stored records."""
    course = Course(devices={"cuff": "cuff"})
    for t in range(100, 135):
        course.inflates(t)
        if t == 103:
            course.record(103.5, 118, 76, stamp=LONG_AGO)
    course.record(136, 190, 114, stamp=5000.0)
    course.advance(150)
    assert course.states("sbp") == ["suspect", "accepted"]


def test_a_record_is_of_unknown_age_again_when_a_clock_that_stood_still_was_set() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n, sbp in enumerate((120, 124, 128)):
        course.record(10 + 200 * n, sbp, 80, stamp=86_400.0)
    course.advance(500)
    assert course.states("sbp")[1:] == ["accepted", "accepted"]
    course.record(900, 118, 76, stamp=1e6)
    course.advance(910)
    assert course.states("sbp")[-1] == "suspect"


# --- troubles of the sensor -----------------------------------------------------------------------


def test_a_record_of_unknown_age_ends_no_trouble() -> None:
    course = dosed()
    for n in range(3):
        course.observe(800 + 60 * n, "cuff", {}, failed=("sbp", "dbp"))
    assert course.priority("signal_quality") == "medium"
    course.record(1000, 118, 76, stamp=LONG_AGO)
    course.advance(1010)
    assert course.priority("signal_quality") == "medium"
    course.bp(1100, 118, 76)
    assert course.standing("signal_quality") is None


def test_a_record_of_unknown_age_does_not_say_that_the_cuff_sits_well() -> None:
    course = dosed()
    course.bp(800, 120, 80, flags=("cuff_loose",))
    course.record(900, 118, 76, stamp=LONG_AGO)
    course.advance(910)
    assert course.standing("sensor_contact") is not None


def test_a_record_of_unknown_age_does_not_say_that_readings_come_in_time() -> None:
    course = dosed()
    for n in range(5):
        course.bp(800 + 40 * n, 118, 76, measured=100 - 40 * n)
    assert course.standing("late_data") is not None
    course.record(1010, 118, 76, stamp=LONG_AGO)
    course.advance(1020)
    assert course.standing("late_data") is not None


# --- the schedule ---------------------------------------------------------------------------------


def test_a_reading_that_proves_another_persons_satisfies_no_check_any_more() -> None:
    course = dosed()
    course.observe(1600, "cuff", {"sbp": 118.0, "dbp": 76.0}, user=1)
    course.advance(1800)
    assert course.standing("bp_overdue") is None
    course.apply(1810, CuffUser("cuff", 2, "r.hill"))
    assert course.standing("bp_overdue") is not None


def test_what_proves_old_makes_no_diastolic_alone_satisfy_a_check() -> None:
    course = dosed()
    before = course.encounter.state.cuffs.schedule.check
    course.observe(1300, "cuff", {"dbp": 80.0})
    course.record(1310, 118, 76, stamp=100.0)
    course.record(1312, 118, 77, stamp=200.0)
    assert course.states("sbp")[-2:] == ["late", "suspect"]
    assert course.encounter.state.cuffs.schedule.check == before


def test_what_proves_old_does_not_let_a_cuff_that_failed_hold_back_again() -> None:
    course = dosed()
    course.observe(1650, "cuff", {}, failed=("sbp", "dbp"))
    course.record(1700, 118, 76, stamp=100.0)
    course.record(1702, 118, 77, stamp=200.0)
    course.inflates(1715)
    course.advance(1730)
    assert [at for at, *_ in course.told("bp_overdue")] == [1721]


# --- a frozen rate --------------------------------------------------------------------------------


def test_a_rate_may_be_found_frozen_beside_half_a_pressure() -> None:
    course = Course(devices={"monitor": "gateway"})
    course.observe(8, "monitor", {"hr": 70.0})
    for n in range(60):
        course.observe(10 + 3 * n, "monitor", {"hr": 70.0, "sbp": 120.0}, failed=("dbp",))
    state = course.encounter.state
    assert state.devices.sources["monitor"].memory.frozen
    assert [value for _, value in state.baseline.readings.doubted["hr"]] == [70.0]
    course.observe(200, "monitor", {"sbp": 120.0, "dbp": 80.0})
    assert course.states("dbp") == ["accepted"]


# --- words ----------------------------------------------------------------------------------------


def test_a_failed_pressure_beside_a_heart_rate_is_not_half_a_pressure() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(100, "cuff", {"hr": 72.0}, failed=("sbp", "dbp"))
    source = course.encounter.state.devices.sources["cuff"]
    assert english(source.failures.because) == "The cuff cuff measured and failed."


# --- readings that waited while a clock was set -------------------------------------------------


def test_a_pressure_that_waited_while_its_clock_was_set_ahead_counts_no_longer() -> None:
    """It seemed a minute and a half old and was ten minutes old: the next message shows that."""
    course = dosed()
    for at in (500, 800, 860):
        course.observe(at, "cuff", {"sbp": 124.0, "dbp": 80.0}, measured=at, sent=at)
    for at, came in ((900, 1918.0), (1300, 1918.2)):
        clock = at + 540
        course.observe(came, "cuff", {"sbp": 118.0, "dbp": 76.0}, measured=clock, sent=clock)
    assert course.states("sbp")[-2:] == ["suspect", "accepted"]
    assert not course.standing("bp_overdue")
    course.observe(1918.4, "cuff", {"sbp": 118.0, "dbp": 76.0}, measured=2440, sent=2440)
    assert course.states("sbp")[-3:] == ["suspect", "suspect", "suspect"]
    assert course.standing("bp_overdue")

"""A typed reading struck out: it stays on the record, and no decision rests on it any more."""

from typing import Any, Final

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import (
    BaselineMoved,
    Corrected,
    EpisodeChanged,
    Event,
    Judged,
    Rejudged,
)
from monitor.core.vocabulary.inputs import CorrectReading, Rebaselined
from tests.core.course import START, Course, changes, dosed, told
from tests.core.refusing import refused, text

WHY: Final = "typed the pulse as systolic"
TAKEN_BACK: Final = "{}: the reading of {} that raised it was struck out by thea: " + f"{WHY}."


def typed(course: Course, t: float, **values: float) -> CorrectReading:
    """Type a reading, and return the input that strikes it out."""
    events = course.observe(t, "", values, by="thea")
    rows = [event for event in events if isinstance(event, Judged)]
    return CorrectReading(
        keys={row.vital: row.key for row in rows}, values=values, by="thea", reason=WHY,
        effective=rows[0].effective,
    )  # fmt: skip


def one(events: list[Event], kind: type) -> Any:
    (found,) = [e for e in events if isinstance(e, kind)]
    return found


def test_the_row_stays_and_says_who_struck_it_out_and_why() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185, dbp=80)
    events = course.apply(830, strike)
    assert course.rows("sbp")[-1] == (185, "rejected", f"struck out by thea: {WHY}")
    said = one(events, Corrected)
    assert (said.before, said.after) == ({"at": START + 800, "sbp": 185, "dbp": 80}, None)
    assert (said.what, said.by, said.reason, said.at) == ("reading", "thea", WHY, START + 830)
    assert course.encounter.state.vitals.newest["sbp"].value == 122


def test_an_alarm_that_it_raised_is_taken_back_and_stays_until_somebody_has_seen_it() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185, dbp=80)
    assert course.priority("sbp_high") == "high"
    events = course.apply(830, strike)
    assert told(events, START, "sbp_high") == [(830, "latched", "sbp_high", "high")]
    over = changes(events, "sbp_high")[0].alarm
    assert over.reason == TAKEN_BACK.format("Systolic pressure", 185)
    assert over.struck == 185
    assert [
        (sentence(a), a.struck) for a in course.status(840).alarms if a.condition == "sbp_high"
    ] == [(over.reason, 185)]
    unmet = {text(u) for g in course.status(840).gates for u in g.unmet}
    name = "A high alarm on systolic pressure is acknowledged"
    assert f"{name}: the reading of 185 that raised it was struck out and nobody has." in unmet


def test_an_alarm_that_another_reading_bears_out_stands() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185, dbp=80)
    course.bp(900, 190, 82)
    events = course.apply(930, strike)
    assert told(events, START, "sbp_high") == []
    assert course.priority("sbp_high") == "high"


def test_the_peak_of_an_elevation_is_of_what_is_left() -> None:
    course = dosed()
    course.bp(800, 190, 82)
    course.bp(860, 188, 82)
    strike = typed(course, 900, sbp=218, dbp=80)
    course.bp(1160, 186, 82)
    events = course.apply(1200, strike)
    struck = [e for e in events if isinstance(e, EpisodeChanged)]
    assert [(e.change, e.episode.vital, e.episode.peak) for e in struck] == [
        ("corrected", "sbp", 190),
    ]  # fmt: skip


def test_an_elevation_that_lasts_at_the_close_is_told_as_it_stands() -> None:
    course = dosed()
    course.bp(800, 190, 82)
    course.bp(860, 193, 82)  # too small a rise to be an event by itself
    events = course.close(900)
    left = [e for e in events if isinstance(e, EpisodeChanged)]
    assert [(e.change, e.episode.vital, e.episode.peak, e.episode.end) for e in left] == [
        ("left", "sbp", 193, None),
    ]  # fmt: skip


def test_what_it_cleared_comes_back() -> None:
    course = dosed()
    course.bp(800, 185, 90)
    strike = typed(course, 1200, sbp=120, dbp=80)
    assert course.standing("sbp_high") is None
    events = course.apply(1230, strike)
    assert ("raised", "high") in [(c, p) for _, c, _, p in told(events, START, "sbp_high")]


def test_the_reading_after_it_is_no_longer_in_doubt_beside_it() -> None:
    course = Course(devices={"cuff": "cuff"})
    strike = typed(course, 10, sbp=218, dbp=80)
    course.bp(100, 128, 80)
    assert course.states("sbp")[-1] == "suspect"
    course.apply(120, strike)
    assert course.rows("sbp")[-1] == (128, "accepted", "")


def test_the_reading_after_it_is_in_doubt_where_only_it_stood_between() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 172, 90)
    strike = typed(course, 80, sbp=140, dbp=85)
    course.bp(160, 120, 80)
    assert course.states("sbp")[-1] == "accepted"
    course.apply(180, strike)
    assert course.rows("sbp")[-1] == (120, "suspect", "systolic was 172 2 min before")


def test_it_no_longer_counts_for_the_gate_of_the_dose() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    strike = typed(course, 100, sbp=122, dbp=80)
    assert course.unmet(110) == []
    course.apply(120, strike)
    assert course.unmet(130) == ["baseline"]


def test_nor_against_it() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80)
    course.bp(100, 122, 80)
    strike = typed(course, 200, sbp=165, dbp=80)
    assert "sbp" in course.unmet(210)
    course.apply(300, strike)
    assert "sbp" not in course.unmet(310)
    assert "repeats" not in course.unmet(310)


def test_after_the_dose_the_baseline_is_of_what_is_left() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 118, 80)
    strike = typed(course, 100, sbp=158, dbp=80)
    course.bp(420, 120, 80)
    course.dose(500)
    before = course.encounter.state.baseline.values["sbp"]
    assert (before.value, before.count) == (120, 3)
    moved = one(course.apply(600, strike), BaselineMoved)
    assert (moved.before["sbp"].count, moved.after["sbp"].count) == (3, 2)
    assert (moved.after["sbp"].value, moved.by, moved.reason) == (119, "thea", WHY)


def test_a_baseline_of_nothing_else_is_none() -> None:
    course = Course(devices={})
    strike = typed(course, 10, sbp=118, dbp=80, temp=36.6)
    course.dose(100)
    course.apply(200, strike)
    assert course.encounter.state.baseline.values == {}
    assert course.encounter.state.vitals.newest == {}


def test_a_baseline_that_was_taken_again_falls_back_to_the_one_at_the_dose() -> None:
    course = dosed()
    course.bp(2000, 140, 88)
    strike = typed(course, 2100, sbp=150, dbp=90)
    course.apply(2200, Rebaselined("he sat up", "thea"))
    assert course.encounter.state.baseline.values["sbp"].value == 145
    course.apply(2300, strike)
    assert course.encounter.state.baseline.values["sbp"].value == 121
    assert "sbp" not in course.encounter.state.baseline.retaken


def test_half_of_a_measurement_leaves_the_other_half() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185)
    typed(course, 802, dbp=84)
    course.apply(830, strike)
    newest = course.encounter.state.cuffs.pressures[-1]
    assert (newest.sbp, newest.dbp) == (None, 84)


def test_the_check_that_it_satisfied_is_waited_for_again() -> None:
    course = dosed()
    due = course.encounter.next_check()
    assert due is not None
    strike = typed(course, due.due - START, sbp=122, dbp=80)
    assert course.encounter.next_check() != due
    course.apply(due.due - START + 400, strike)
    assert course.priority("bp_overdue") == "medium"


def test_a_temperature() -> None:
    course = Course(devices={"thermo": "thermometer"})
    course.temp(10, 36.6)
    strike = typed(course, 100, temp=39.9)
    typed_again = typed(course, 200, temp=39.8)
    assert course.standing("temp_high") is not None
    course.apply(230, typed_again)
    course.apply(240, strike)
    assert course.standing("temp_high") is None
    assert course.encounter.state.vitals.newest["temp"].value == 36.6
    over = changes(course.events, "temp_high")[-1].alarm
    assert over.reason == TAKEN_BACK.format("Temperature", 39.8)


def test_a_heart_rate_without_a_strap() -> None:
    course = Course(devices={})
    strike = typed(course, 10, hr=152)
    course.advance(60)
    assert course.priority("hr_high") is not None
    events = course.apply(70, strike)
    assert changes(events, "hr_high")[0].alarm.reason == TAKEN_BACK.format("Heart rate", 152)
    assert "hr" not in course.encounter.state.vitals.newest
    assert "hr" not in course.encounter.state.vitals.silence


def test_a_heart_rate_beside_a_strap() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 60, 72)
    strike = typed(course, 60.5, hr=152)
    course.advance(61)
    course.apply(80, strike)
    assert "" not in course.encounter.state.vitals.following["hr"]
    assert course.encounter.state.vitals.newest["hr"].value == 72
    assert course.standing("hr_high") is None


def test_a_strap_that_is_beyond_the_limit_too_keeps_the_alarm() -> None:
    course = Course(devices={"strap": "heart_rate"})
    strike = typed(course, 0, hr=152)
    course.beat(1, 60, 150)
    assert course.standing("hr_high") is not None
    course.apply(61, strike)
    assert course.standing("hr_high") is not None


def test_silence_counts_from_what_is_left() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 20, 72)
    strike = typed(course, 130, hr=74)
    assert course.standing("no_data") is None
    course.apply(140, strike)
    assert course.standing("no_data") is not None


def test_twice_is_refused() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185, dbp=80)
    course.apply(830, strike)
    with refused("struck out already"):
        course.apply(840, strike)


def test_after_the_close_the_row_is_struck_and_nothing_follows() -> None:
    course = dosed()
    strike = typed(course, 800, sbp=185, dbp=80)
    course.close(900)
    before = course.encounter.status(START + 900)
    events = course.apply(9000, strike)
    assert [type(e) for e in events] == [Rejudged, Corrected]
    late = f"struck out by thea: {WHY} (after the close; what was decided stands)"
    assert one(events, Rejudged).reason == late
    assert one(events, Corrected).follows == "The session is closed: what was decided stands."
    assert course.encounter.status(START + 900).alarms == before.alarms
    assert course.encounter.state.now == START + 900

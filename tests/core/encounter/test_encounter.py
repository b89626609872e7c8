"""The interface of the core: phases, acts of people, and inputs in an odd order."""

import msgspec
import pytest

from monitor.core.encounter import Encounter
from monitor.core.vocabulary.events import AlarmChanged, Closed, Judged
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AudioPause,
    DeviceFlooding,
    DeviceStatus,
    Facts,
    Note,
    Observed,
    Opened,
    ServiceFault,
    Symptom,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import START, Course, changes, living, only
from tests.core.refusing import refused

# --- the end ------------------------------------------------------------------------------------


def test_after_the_close_nothing_falls_due() -> None:
    course = Course()
    course.dose(10)
    course.close(20)
    assert course.deadline is None
    assert course.advance(100_000) == []
    assert course.status(100_000).phase == "closed"


@pytest.mark.parametrize("given", [
    Observed(Observation(issued=START + 30, device="strap", values={"hr": 150.0})),
    DeviceStatus("strap", online=False), Symptom("chest_pain", "sitter"), AudioPause(60, "x"),
    Opened(Facts(protocol="sl_home")), ServiceFault("broker_lost", "gone"),
    DeviceFlooding("strap"),
], ids=lambda g: type(g).__name__)  # fmt: skip
def test_after_the_close_an_input_is_refused(given: object) -> None:
    course = Course()
    course.close(20)
    before = course.encounter.snapshot()
    with refused("closed"):
        course.apply(30, given)  # type: ignore[arg-type]
    after = msgspec.json.decode(course.encounter.snapshot())
    after["state"]["now"] -= 10
    assert after == msgspec.json.decode(before)


def test_after_the_close_what_is_open_may_still_be_acknowledged_and_noted() -> None:
    course = Course()
    course.bp(10, 184, 80)
    course.bp(400, 120, 80)
    course.help(410)
    course.close(420)
    assert course.apply(430, Note("handed over", "r.hill")) == []
    for alarm in list(course.encounter.state.alarms):
        course.acknowledge(440, alarm.id)
    assert course.told("sbp_high")[-1] == (440, "ended", "sbp_high", "high")
    assert course.told("help_requested")[-1][1] == "cleared"


def test_closing_twice_is_refused() -> None:
    course = Course()
    course.close(20)
    with refused("closed"):
        course.close(30)
    assert sum(isinstance(e, Closed) for e in course.events) == 1


def test_a_session_is_opened_once() -> None:
    course = Course()
    with refused("opened once"):
        course.apply(1, Opened(Facts(protocol="sl_home")))


# --- after a refusal ----------------------------------------------------------------------------


def test_what_fell_due_is_told_although_the_act_is_refused() -> None:
    course = Course(devices={"strap": "heart_rate"}, sitter=False)
    with pytest.raises(Refused):
        course.dose(40, override=None)
    assert course.deadline == 40
    assert course.told("no_data") == []
    course.advance(40)
    assert course.told("no_data") == [(31, "raised", "no_data", "low")]
    assert course.status(40).alarms


def test_it_is_told_after_a_restart_as_well() -> None:
    course = Course(devices={"strap": "heart_rate"}, sitter=False)
    with pytest.raises(Refused):
        course.dose(40, override=None)
    restored = Encounter.restore(course.encounter.snapshot())
    assert [type(e) for e in restored.advance(course.start + 41)] == [AlarmChanged]


def test_refused_twice_it_is_told_once() -> None:
    course = Course(devices={"strap": "heart_rate"}, sitter=False)
    for t in (40.0, 50.0):
        with pytest.raises(Refused):
            course.dose(t, override=None)
    course.advance(60)
    assert len(course.told("no_data")) == 1


# --- odd orders ---------------------------------------------------------------------------------


def test_an_input_from_the_past_happens_now() -> None:
    course = Course()
    course.hr(100, 70)
    events = course.hr(40, 71)
    assert [e.at - course.start for e in events] == [100]


def test_going_back_in_time_changes_nothing() -> None:
    course = Course()
    course.advance(100)
    before = course.encounter.snapshot()
    assert course.advance(50) == []
    assert course.encounter.snapshot() == before


def test_a_receipt_long_before_its_handing_in_keeps_events_in_order() -> None:
    """A delay that ran out before the next call is decided now, not in the past."""
    course = Course(devices={})
    late = Observation(issued=course.start + 100, device="strap", values={"hr": 150.0})
    course.encounter.observe(late, course.start + 200)
    events = course.encounter.advance(course.start + 300)
    assert next(e.at - course.start for e in events if isinstance(e, AlarmChanged)) == 200


def test_what_fell_due_before_it_was_handed_in_is_due_now() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.advance(200)
    record = Observation(
        issued=course.start + 100, device="cuff", values={"sbp": 190.0, "dbp": 114.0}, record=True
    )
    course.encounter.observe(record, course.start + 200)
    assert course.deadline == 200
    course.advance(200)
    assert course.told("sbp_high") == [(200, "raised", "sbp_high", "high")]


def test_ten_readings_in_one_instant() -> None:
    course = Course()
    for value in (70, 150, 70, 150, 240, 25, 70, 150, 150, 150):
        course.hr(100, value)
    course.advance(100)
    assert course.told("hr_high") == []
    assert len(course.judged("hr")) == 10


@pytest.mark.parametrize("start", [0.0, -1e6, 1e-3, 4e9, 1e12])
def test_any_start_of_time_tells_the_same_story(start: float) -> None:
    course = Course(start=start)
    course.bp(10, 120, 80)
    course.bp(75, 124, 80)
    course.dose(100)
    course.bp(200, 158, 85)
    course.advance(1000)
    course.bp(1000, 190, 100)
    course.bp(1301, 120, 80)
    assert [t[1:3] for t in course.told("sbp_high", "sbp_rise")] == [
        ("raised", "sbp_high"), ("raised", "sbp_rise"), ("escalated", "sbp_high"),
        ("escalated", "sbp_rise"), ("latched", "sbp_high"), ("latched", "sbp_rise"),
    ]  # fmt: skip
    assert course.commands("confirm") == [230, 500, 800, 1000, 1060, 1300]


def test_a_leap_of_thirty_years_comes_to_an_end() -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.bp(75, 124, 80)
    course.dose(100)
    course.bp(200, 190, 112)
    course.beat(201, 240, 150)
    course.help(250)
    course.status_of(260, "strap", online=False)
    for alarm in list(course.encounter.state.alarms):
        course.acknowledge(270, alarm.id)
    course.advance(1e9)
    assert len(course.events) < 150
    assert course.deadline is None or course.deadline > 1e9


def test_a_device_taken_out_while_offline_may_come_back() -> None:
    course = Course()
    course.status_of(10, "strap", online=False)
    course.change_devices(20, remove=["strap"])
    course.change_devices(30, add={"strap": "heart_rate"})
    course.advance(120)
    assert course.told("device_offline") == []


def test_two_straps_the_newest_measurement_decides() -> None:
    course = Course()
    for n in range(60):
        course.observe(100 + n, "strap", {"hr": 70.0}, measured=100 + n - 5)
        course.observe(100 + n + 0.5, "band", {"hr": 150.0}, measured=100 + n + 0.25)
    assert course.priority("hr_high") == "high"
    vital = course.status(160).vitals["hr"]
    assert vital.value == 150


def _two_straps(course: Course, since: int, until: int, strap: float, band: float | None) -> None:
    for t in range(since, until + 1):
        course.observe(t, "strap", {"hr": living(strap, t)})
        if band is not None:
            course.observe(t + 0.5, "band", {"hr": band})


def test_of_two_straps_the_farther_one_counts() -> None:
    """150 and 70 in turn: it is unknown which is right, so neither hides the other."""
    course = Course()
    _two_straps(course, 100, 160, 70.0, 150.0)
    assert course.told("hr_high") == [(107.5, "raised", "hr_high", "high")]
    _two_straps(course, 161, 190, 70.0, 72.0)
    assert course.priority("hr_high") == "high"
    _two_straps(course, 191, 192, 70.0, 72.0)
    assert course.told("hr_high")[-1] == (191.5, "latched", "hr_high", "high")


def test_the_calmer_strap_does_not_ease_what_the_other_has_not_left() -> None:
    """137 is within the hysteresis of 140, regardless of the other strap."""
    course = Course()
    _two_straps(course, 100, 160, 138.0, 150.0)
    _two_straps(course, 161, 260, 128.0, 137.0)
    assert course.priority("hr_high") == "high"


def test_a_strap_that_fell_silent_has_no_say() -> None:
    """The other must have been well inside for 30 s after the silent one's value expired."""
    course = Course()
    _two_straps(course, 100, 160, 70.0, 150.0)
    _two_straps(course, 161, 219, 70.0, None)
    assert course.priority("hr_high") == "high"
    _two_straps(course, 220, 225, 70.0, None)
    assert course.told("hr_high")[-1] == (221, "latched", "hr_high", "high")


def test_a_tiny_baseline_does_not_break_the_limits() -> None:
    course = Course()
    for n in range(3):
        course.bp(10 + 60 * n, 50, 20)
        course.hr(11 + 60 * n, 25)
    course.dose(300)
    limits = {(x.condition, x.priority): x.value for x in course.status(300).limits}
    assert limits["sbp_rise", "low"] == 60
    assert limits["sbp_rise", "medium"] == 65
    assert limits["sbp_rise", "high"] == 165
    assert limits["hr_rise", "low"] == 30
    assert limits["hr_rise", "medium"] == 100


def test_a_protocol_without_limits_still_watches_for_silence() -> None:
    course = Course(only())
    course.hr(1, 200)
    course.advance(100)
    assert [a.condition for a in course.encounter.state.alarms] == ["no_data"]


@pytest.mark.parametrize("at", [40.0, 105.0, 119.0, 131.0])
def test_a_snapshot_while_something_waits_goes_on_alike(at: float) -> None:
    def play(course: Course, since: float, until: float) -> None:
        t = since
        while t < until:
            if t == 100:
                course.bp(t, 158, 80)
            if t == 170:
                course.bp(t, 157, 80)
            course.hr(t, 105.0 if t >= 30 else 70.0)
            t += 1

    whole, broken = Course(), Course()
    play(whole, 0, 300)
    play(broken, 0, at)
    broken.encounter = Encounter.restore(broken.encounter.snapshot())
    play(broken, at, 300)
    assert broken.told() == whole.told()
    assert broken.encounter.state == whole.encounter.state


def test_a_snapshot_of_another_version_is_refused() -> None:
    raw = msgspec.json.decode(Course().encounter.snapshot())
    assert Encounter.reads(msgspec.json.encode(raw))
    raw["version"] += 1
    assert not Encounter.reads(msgspec.json.encode(raw))
    with pytest.raises(ValueError, match="snapshot version"):
        Encounter.restore(msgspec.json.encode(raw))


def test_a_snapshot_is_small() -> None:
    """It is committed every minute: it contains no chart, even after hours of heart rate.

    Half of it is the marks by which 1,100 readings are recognised when they come again.
    """
    course = Course()
    course.beat(0, 2000, 70)
    course.dose(2000)
    course.beat(2001, 9000, 72)
    assert len(course.encounter.snapshot()) < 36_000


# --- judging ------------------------------------------------------------------------------------


def test_a_reading_of_several_vital_signs_is_judged_whole() -> None:
    course = Course()
    events = course.observe(10, "hub", {"hr": 72.0, "sbp": 184.0, "dbp": 80.0, "temp": 36.6})
    assert {e.vital for e in events if isinstance(e, Judged)} == {"hr", "sbp", "dbp", "temp"}
    assert {c.alarm.condition for c in changes(events)} == {"sbp_high"}


def test_the_extreme_and_its_time_are_kept() -> None:
    course = Course()
    for t, value in ((100, 184), (200, 199), (300, 187)):
        course.bp(t, value, 90)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert (alarm.value, alarm.extreme, alarm.limit) == (187, 199, 180)
    assert alarm.extreme_at == course.start + 200
    assert (alarm.onset, alarm.raised_at) == (course.start + 100, course.start + 100)


def test_a_low_extreme_is_the_lowest() -> None:
    course = Course()
    for t, value in ((100, 79), (200, 70), (300, 78)):
        course.bp(t, value, 40)
    alarm = course.standing("sbp_low")
    assert alarm is not None
    assert alarm.extreme == 70


def test_a_new_occurrence_begins_with_its_own_extreme() -> None:
    course = Course()
    for t, value in ((100, 199), (500, 120), (900, 184)):
        course.bp(t, value, 80)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.extreme == 184


def test_every_event_carries_a_copy() -> None:
    course = Course()
    course.bp(100, 184, 90)
    first = changes(course.events, "sbp_high")[0]
    course.bp(200, 195, 90)
    course.apply(210, Acknowledged(first.alarm.id, "m.keller"))
    assert first.alarm.presence == "on"
    assert first.alarm.extreme == 184

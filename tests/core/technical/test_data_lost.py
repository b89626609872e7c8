"""An alarm whose readings stop stays on, and reports that its data is lost."""

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.sentences.english import sentence, standing
from monitor.core.vocabulary.events import AlarmChanged, Blinded
from tests.core.course import Course, only

Marks = list[tuple[float, str, float | None]]


def marks(course: Course) -> Marks:
    """Times at which an active alarm lost its data (and since when), or regained it (None)."""
    told = [e for e in course.events if isinstance(e, Blinded) and e.alarm.condition != "hr_rise"]
    return [
        (
            e.at - course.start,
            e.alarm.condition,
            None if e.alarm.data_lost_at is None else e.alarm.data_lost_at - course.start,
        )
        for e in told
    ]


def tachycardia() -> Course:
    """A dosed session with a heart rate of 132 from 60 s on; its last reading comes at 100 s."""
    course = Course(devices={"strap": "heart_rate"})
    course.beat(1, 40, 72)
    course.dose(41)
    course.beat(42, 60, 72)
    course.beat(61, 100, 132)
    return course


def test_a_standing_alarm_is_marked_with_the_silence_and_freed_by_a_reading() -> None:
    course = tachycardia()
    course.advance(130)
    assert marks(course) == []
    course.advance(300)
    assert marks(course) == [(131, "hr_high", 100)]
    alarm = course.standing("hr_high")
    assert alarm is not None
    assert (alarm.presence, alarm.priority) == ("on", "medium")
    assert standing(alarm) == (
        f"{sentence(alarm)} Data lost: it stands, and nothing is seen of it now."
    )
    course.hr(301, 131)
    assert marks(course)[1:] == [(301, "hr_high", None)]
    assert standing(alarm) == sentence(alarm)


def test_the_mark_comes_after_the_alarm_of_the_silence_and_moves_no_signal() -> None:
    course = tachycardia()
    events = course.advance(131)
    assert [type(event) for event in events] == [AlarmChanged, Blinded, Blinded]  # and hr_rise
    course.acknowledge(140, course.encounter.id + "-1")
    alarm = course.standing("hr_high")
    assert alarm is not None
    assert alarm.presence == "acknowledged"
    assert alarm.data_lost_at == course.start + 100
    course.hr(150, 133)
    assert alarm.presence == "acknowledged"


def test_diastolic_goes_blind_with_the_cuff_and_a_symptom_or_another_vital_sign_does_not() -> None:
    course = Course(devices={"cuff": "cuff", "thermo": "thermometer"})
    course.temp(5, 39.0)
    course.bp(10, 130, 112)
    course.symptom(20, "chest_pain")
    course.temp(1700, 39.0)
    course.advance(1900)
    assert marks(course) == [(1811, "dbp_high", 10)]


def test_an_alarm_that_falls_due_in_the_silence_is_raised_with_the_mark() -> None:
    slow = AlarmLimit(
        vital="hr", direction="high", priority="medium", value=120, source="test", delay=60
    )
    course = Course(only(slow), devices={"strap": "heart_rate"})
    course.beat(1, 40, 72)
    course.beat(41, 60, 132)
    course.advance(200)
    [raised] = [e for e in course.events if isinstance(e, AlarmChanged) and e.alarm.vital == "hr"
                and e.alarm.condition == "hr_high"]  # fmt: skip
    assert raised.at - course.start == 102
    assert raised.alarm.data_lost_at == course.start + 60


def test_a_device_that_is_taken_out_brings_nothing_back() -> None:
    course = tachycardia()
    course.advance(140)
    course.change_devices(150, remove=["strap"])
    alarm = course.standing("hr_high")
    assert alarm is not None
    assert alarm.data_lost_at == course.start + 100
    course.change_devices(160, add={"band": "heart_rate"})
    course.observe(170, "band", {"hr": 131.0})
    assert alarm.data_lost_at is None


def test_what_does_not_count_as_a_reading_frees_nothing() -> None:
    course = tachycardia()
    course.advance(140)
    course.hr(141, 0)
    course.hr(760, 72, measured=100.5)
    course.again(761, "strap")
    assert marks(course) == [(131, "hr_high", 100)]

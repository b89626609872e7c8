"""After a further dose the reasons in force name the dose that they count from."""

from typing import Final

from monitor.core.sentences.english import english
from monitor.core.vocabulary.events import AlarmChanged, Event, Retold
from monitor.core.vocabulary.inputs import Rebaselined
from tests.core.course import Course

MIN: Final = 60.0


def retold(events: list[Event]) -> list[str]:
    return [english(e.alarm.because) for e in events if isinstance(e, Retold)]


def test_the_first_dose_retells_nothing_and_a_further_one_all_that_count_from_a_dose() -> None:
    course = Course(devices={})
    course.help(30)
    course.bp(40, 184, 80)
    assert retold(course.dose(60)) == []
    course.help(60 + 5 * MIN)
    assert retold(course.dose(60 + 6 * MIN))[0::2] == [
        "Help asked for by sitter, before the first dose.",
        "Help asked for by sitter, 5 min after the first dose.",
    ]


def test_a_third_dose_changes_what_the_second_made_the_last_and_nothing_else_of_it() -> None:
    course = Course(devices={})
    course.dose(0)
    course.dose(10 * MIN)
    course.help(15 * MIN)
    (told,) = [e for e in course.dose(20 * MIN) if isinstance(e, Retold)]
    (raised,) = [e for e in course.events if isinstance(e, AlarmChanged)]
    assert told.at == course.start + 20 * MIN
    assert english(raised.alarm.because) == "Help asked for by sitter, 5 min after the last dose."
    assert english(told.alarm.because) == "Help asked for by sitter, 5 min after the second dose."
    assert (told.alarm.id, told.alarm.presence, told.alarm.onset) == (
        raised.alarm.id, raised.alarm.presence, raised.alarm.onset,
    )  # fmt: skip


def test_an_alarm_that_counts_from_no_dose_is_not_retold() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.hr(1, 0)
    for t in range(2, 30):
        course.hr(t, 66, contact=False)
    course.dose(31)
    conditions = {alarm.condition for alarm in course.encounter.state.alarms}
    told = [e.alarm.condition for e in course.dose(40) if isinstance(e, Retold)]
    assert conditions - set(told) == {"sensor_contact"}


def test_a_trouble_that_goes_on_keeps_the_dose_that_it_counts_from() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.dose(0)
    for t in range(60, 90):
        course.hr(t, 66, contact=False)
    (told,) = retold(course.dose(100))
    assert "1 min after the first dose" in told
    ((_, trouble),) = course.encounter.state.devices.troubles()
    assert english(trouble.because) == told


def test_an_alarm_that_is_over_and_not_acknowledged_is_retold_too() -> None:
    course = Course(devices={})
    course.dose(0)
    course.bp(10 * MIN, 184, 80)
    course.bp(18 * MIN, 120, 80)
    (over,) = retold(course.dose(20 * MIN))
    assert over == (
        "Systolic pressure 120 is back below the limit of 150, 18 min after the first dose."
    )


def test_the_limits_say_after_which_dose_the_baseline_was_taken_again() -> None:
    course = Course(devices={})
    course.dose(0)
    for n in range(4):
        course.bp((10 + n) * MIN, 122, 80)
    course.apply(14 * MIN, Rebaselined("sat up", "thea"))
    again = "baseline taken again by thea, 14 min after the {} dose"

    def sources(t: float) -> list[str]:
        return [
            english(limit.source)
            for limit in course.status(t).limits
            if limit.condition == "sbp_rise" and "again" in english(limit.source)
        ]

    levels = len(sources(15 * MIN))
    assert levels
    course.dose(20 * MIN)
    assert sum(again.format("first") in source for source in sources(20 * MIN)) == levels
    retaken = [english(why) for why in course.encounter.state.baseline.retaken.values()]
    assert retaken
    assert all(again.format("first") in source for source in retaken)

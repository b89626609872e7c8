"""Acknowledging and rating an alarm: only a person's report ends with it."""

import pytest

from monitor.core.vocabulary.events import AlarmChanged, EpisodeChanged
from monitor.core.vocabulary.inputs import Rated
from tests.core.course import Course, changes
from tests.core.refusing import refused


@pytest.mark.parametrize("report", ["symptom", "help_requested"])
def test_a_report_ends_with_its_acknowledgement_and_says_who_took_it_up(report: str) -> None:
    course = Course(devices={})
    if report == "symptom":
        course.symptom(10, "chest_pain")
    else:
        course.help(10)
    first, last = changes(course.acknowledge(20, "e-1-1", "m.keller"))
    assert (first.transition, last.transition) == ("acknowledged", "cleared")
    assert (last.at, last.alarm.because.code) == (course.start + 20, "taken_up")
    assert last.alarm.because.facts == {"by": "m.keller"}
    assert list(course.encounter.state.alarms) == []


def test_only_the_report_that_is_taken_up_ends() -> None:
    course = Course(devices={})
    course.symptom(10, "chest_pain")
    course.symptom(10, "chest_pain")
    course.acknowledge(20, "e-1-2")
    assert [alarm.id for alarm in course.encounter.state.alarms] == ["e-1-1"]


def test_a_condition_that_readings_can_end_stays() -> None:
    course = Course(devices={})
    course.bp(10, 184, 80)
    (change,) = changes(course.acknowledge(20, "e-1-1"))
    assert change.transition == "acknowledged"
    assert course.priority("sbp_high") == "high"
    assert course.acknowledge(30, "e-1-1") == []  # it is acknowledged already


def test_an_alarm_that_was_kept_on_since_it_came_and_went_ends_with_its_elevation() -> None:
    course = Course(devices={})
    for n in range(3):
        course.bp(1000 + 140 * n, 184, 80)
        course.bp(1070 + 140 * n, 145, 80)
    kept = course.standing("sbp_high")
    assert kept is not None
    events = course.acknowledge(1400, kept.id)
    assert [e.transition for e in events if isinstance(e, AlarmChanged)] == [
        "acknowledged", "cleared",
    ]  # fmt: skip
    assert [e.change for e in events if isinstance(e, EpisodeChanged)] == ["ended"]


@pytest.mark.parametrize("unknown", ["e-1-2", "e-1-0", "e-2-1", "1", ""])
def test_an_alarm_that_was_never_issued_is_refused(unknown: str) -> None:
    course = Course(devices={})
    course.help(10)
    with refused(f"There is no alarm {unknown} in this session"):
        course.acknowledge(20, unknown)
    with refused(f"There is no alarm {unknown} in this session"):
        course.apply(20, Rated(unknown, useful=True, by="r.hill"))


def test_an_alarm_of_long_ago_may_still_be_rated_and_nothing_follows() -> None:
    course = Course(devices={})
    course.help(10)
    course.acknowledge(20, "e-1-1")
    course.close(30)
    for useful in (True, False):
        assert course.apply(9000, Rated("e-1-1", useful=useful, by="r.hill")) == []
    assert course.acknowledge(9000, "e-1-1") == []

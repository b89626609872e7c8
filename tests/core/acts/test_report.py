"""Reports of people: an alarm of its own for each, from that moment, with who and when."""

import pytest

from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import Note
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import Priority
from tests.core.course import START, Course, changes
from tests.core.refusing import refused


@pytest.mark.parametrize(
    ("symptom", "priority"),
    [("chest_pain", "high"), ("vomiting", "medium"), ("nausea", None), ("anxiety", None)],
)
def test_a_symptom_alarms_by_its_priority_or_is_on_the_record_only(
    symptom: str, priority: Priority | None
) -> None:
    course = Course(devices={})
    raised = [(c.transition, c.alarm.priority) for c in changes(course.symptom(50, symptom))]
    assert raised == ([] if priority is None else [("raised", priority)])


def test_what_is_no_symptom_is_refused_and_no_number_is_lost() -> None:
    course = Course(devices={})
    with refused("hunger is not in the list of symptoms"):
        course.symptom(50, "hunger")
    course.symptom(50, "chest_pain")
    assert [alarm.id for alarm in course.encounter.state.alarms] == ["e-1-1"]


def test_a_report_is_about_the_patient_and_counts_from_the_last_dose() -> None:
    course = Course(devices={})
    course.help(10)
    course.dose(60)
    course.symptom(60 + 47 * 60, "chest_pain")
    before, after = changes(course.events, "help_requested", "symptom")
    for change, at in ((before, 10), (after, 60 + 47 * 60)):
        alarm = change.alarm
        assert (alarm.kind, alarm.onset, alarm.raised_at) == (
            "physiological", START + at, START + at,
        )  # fmt: skip
        assert alarm.because.facts["by"] == "sitter"
    assert after.alarm.because.facts["symptom"] == "chest_pain"
    said = [change.alarm.because.facts["when"] for change in (before, after)]
    assert [english(when) for when in said if isinstance(when, Reason)] == [
        "before the dose", "47 min after the dose",
    ]  # fmt: skip


def test_reports_of_one_moment_are_separate_alarms() -> None:
    course = Course(devices={})
    for _ in range(2):
        course.help(50)
        course.symptom(50, "chest_pain")
    assert course.told() == [
        (50, "raised", condition, "high") for condition in ("help_requested", "symptom") * 2
    ]
    assert len({alarm.id for alarm in course.encounter.state.alarms}) == 4


def test_a_note_changes_nothing() -> None:
    course = Course(devices={})
    course.advance(10)
    before = course.encounter.snapshot()
    assert course.apply(10, Note("calm", "r.hill")) == []
    assert course.encounter.snapshot() == before

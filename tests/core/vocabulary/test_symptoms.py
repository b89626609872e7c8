"""Reports by people: symptoms with the promptness that they require, and a call for help."""

from typing import Final

import pytest

from monitor.core.vocabulary.symptoms import SYMPTOMS
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, changes
from tests.core.refusing import refused

# docs/clinical.md, Limits, row "symptoms", and the label's "symptoms of a hypertensive crisis".
PRIORITIES: Final[dict[str, Priority]] = {
    "chest_pain": "high", "breathlessness": "high", "severe_headache": "high",
    "neurological_deficit": "high", "unresponsive": "high", "visual_loss": "high",
    "vomiting": "medium", "agitation": "medium",
}  # fmt: skip


@pytest.mark.parametrize(("symptom", "priority"), PRIORITIES.items())
def test_a_symptom_alarms_at_once(symptom: str, priority: Priority) -> None:
    course = Course()
    course.symptom(50, symptom)
    assert course.told("symptom") == [(50, "raised", "symptom", priority)]
    assert "reported by sitter" in changes(course.events, "symptom")[0].alarm.reason


def test_the_list_of_symptoms_that_alarm_is_whole() -> None:
    assert {s for s, priority in SYMPTOMS.items() if priority} == set(PRIORITIES)


@pytest.mark.parametrize("symptom", sorted(s for s, p in SYMPTOMS.items() if p is None))
def test_what_belongs_to_every_session_is_noted_only(symptom: str) -> None:
    course = Course(devices={})
    assert course.symptom(50, symptom) == []


def test_a_symptom_that_is_not_listed_is_refused() -> None:
    course = Course()
    with refused("hunger is not in the list"):
        course.symptom(50, "hunger")


def test_help_is_high_and_names_who_asked() -> None:
    course = Course()
    course.help(50)
    assert course.told("help_requested") == [(50, "raised", "help_requested", "high")]
    assert "sitter" in changes(course.events, "help_requested")[0].alarm.reason


def test_two_reports_are_two_alarms() -> None:
    course = Course()
    course.help(50)
    course.help(51)
    course.symptom(52, "chest_pain")
    course.symptom(53, "chest_pain")
    ids = [a.id for a in course.encounter.state.alarms if a.condition != "no_data"]
    assert len(set(ids)) == 4


def test_nothing_but_a_person_ends_it_and_taking_it_up_does() -> None:
    course = Course(devices={})
    course.symptom(50, "chest_pain")
    course.advance(50_000)
    assert course.told() == [(50, "raised", "symptom", "high")]
    course.acknowledge(50_001, "e-1-1")
    assert [(t, change) for t, change, _, _ in course.told()][1:] == [
        (50_001, "acknowledged"),
        (50_001, "cleared"),
    ]
    assert list(course.encounter.state.alarms) == []
    assert changes(course.events)[-1].alarm.acknowledged_by == "m.keller"

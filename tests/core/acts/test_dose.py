"""Recording a dose: when it may have been taken, and the baseline that the first one freezes."""

from typing import Final

import pytest

from monitor.core.sentences.english import why_not
from monitor.core.vocabulary.events import Baseline, DoseRecorded, Event, PhaseChanged
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.refusals import GateRefused
from tests.core.course import START, Course
from tests.core.refusing import refused

MIN: Final = 60.0


def recorded(events: list[Event]) -> DoseRecorded:
    (told,) = [e for e in events if isinstance(e, DoseRecorded)]
    return told


def measured() -> Course:
    course = Course(devices={"cuff": "cuff"})
    for t, sbp in ((10, 118), (200, 120), (400, 150)):
        course.bp(t, sbp, 80)
    return course


@pytest.mark.parametrize(
    ("earlier", "at", "words"),
    [
        (None, 2000.0, ""),
        (None, 2000.25, "ahead of its time"),
        (None, 200.0, ""),
        (None, 199.75, "at most 30 min after it was taken"),
        (1500.0, 1500.0, ""),
        (1500.0, 1499.75, "A later dose is already on the record"),
    ],
)
def test_a_dose_was_taken_within_the_last_half_hour_and_after_the_one_before(
    earlier: float | None, at: float, words: str
) -> None:
    course = Course(devices={})
    if earlier is not None:
        course.dose(earlier)
    course.advance(2000)
    before = course.encounter.snapshot()
    if not words:
        assert recorded(course.dose(2000, at=at)).dose.at == START + at
        return
    # The time is refused before the gate is looked at, and no override helps.
    with refused(words):
        course.dose(2000, at=at)
    assert course.encounter.snapshot() == before


@pytest.mark.parametrize(("at", "sbp"), [(500, 120), (400, 119), (300, 119)])
def test_the_first_dose_freezes_the_baseline_of_what_was_measured_before_it(
    at: float, sbp: float
) -> None:
    course = measured()
    first = recorded(course.dose(500, at=at))
    assert first.first
    assert first.baseline["sbp"].value == sbp
    for n in range(3):
        course.bp(900 + 70 * n, 170, 95)
    second = recorded(course.dose(1200))
    assert not second.first
    assert second.baseline == first.baseline


def test_the_limits_over_the_baseline_are_in_force_from_the_dose_on() -> None:
    course = measured()
    conditions = {limit.condition for limit in course.status(450).limits}
    assert "sbp_rise" not in conditions
    course.dose(500)
    limits = {(x.condition, x.priority): x.value for x in course.status(500).limits}
    assert limits["sbp_rise", "low"] == 144  # a fifth above 120: nearer than 25


def test_a_dose_restarts_the_clock_of_the_checks_and_the_phases() -> None:
    course = measured()
    course.dose(500)
    course.bp(500 + 15 * MIN, 120, 80)
    course.advance(500 + 25 * MIN)
    assert course.encounter.state.session.phase == "peak"
    events = course.dose(500 + 25 * MIN)
    assert [e.phase for e in events if isinstance(e, PhaseChanged)] == ["onset"]
    due = course.encounter.next_check()
    assert due is not None
    assert due.due == START + 500 + 40 * MIN


@pytest.mark.parametrize(("doses", "waits"), [(0, "The dose waits"), (1, "The second dose waits")])
def test_a_shut_gate_names_the_dose_that_waits_and_an_override_what_it_went_past(
    doses: int, waits: str
) -> None:
    course = Course(devices={})
    for _ in range(doses):
        course.dose(10)
    with pytest.raises(GateRefused) as refusal:
        course.dose(20, override=None)
    assert why_not(refusal.value).startswith(f"{waits}: ")
    conditions = tuple(u.because for u in refusal.value.unmet)
    assert recorded(course.dose(20)).unmet_because == conditions


def test_a_dose_of_the_journal_is_taken_as_it_was_decided_then() -> None:
    """Its gate is shut by now, its baseline is another, and its time would be refused."""
    course = measured()
    given = Dose(START - 4000, "ketamine", "sublingual", 100.0, "r.hill")
    before = {"sbp": Baseline(111.0, 2.0, 3, "good")}
    then = DoseRecorded(START + 500, given, True, before, ("A sitter is named: none.",))
    again = recorded(course.encounter.apply(given, START + 500, recorded=then))
    assert again == then
    assert course.encounter.state.baseline.values == before

"""Closing a session: the gate, what is settled before the end, and the order on the record."""

from typing import Final

import pytest

from monitor.core.sentences.english import english, why_not
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Closed,
    EpisodeChanged,
    Event,
    Notice,
    PhaseChanged,
)
from monitor.core.vocabulary.inputs import Close, Contact, Override
from monitor.core.vocabulary.refusals import GateRefused
from tests.core.course import GOES_AHEAD, START, Course, dosed
from tests.core.refusing import refused

NO_REASON: Final = "Closing before any dose needs a reason: none is given."


def closed(events: list[Event]) -> Closed:
    last = events[-1]
    assert isinstance(last, Closed)
    return last


def test_before_any_dose_a_reason_is_all_that_is_needed() -> None:
    course = Course(sitter=False)
    with pytest.raises(GateRefused) as refusal:
        course.close(20, override=None)
    assert [u.id for u in refusal.value.unmet] == ["reason"]
    assert why_not(refusal.value) == f"The session stays open: {NO_REASON}"
    assert course.encounter.state.session.closed_at is None
    end = closed(course.close(30))
    assert (end.at, end.by) == (START + 30, "r.hill")
    assert [english(unmet) for unmet in end.unmet_because] == [NO_REASON]
    assert end.override == GOES_AHEAD
    assert course.encounter.state.session.closed_at == START + 30


@pytest.mark.parametrize(("alert", "asked"), [(True, False), (None, False), (False, True)])
def test_after_a_dose_the_patient_must_not_be_found_drowsy_and_the_finding_is_kept(
    alert: bool | None, asked: bool
) -> None:
    course = dosed()
    with pytest.raises(GateRefused) as refusal:
        course.apply(900, Close("r.hill", None, alert))
    ids = [u.id for u in refusal.value.unmet]
    assert ("alert" in ids) == asked
    assert len(ids) > asked  # of the discharge gate, too
    end = closed(course.apply(900, Close("r.hill", GOES_AHEAD, alert)))
    assert end.alert is alert
    assert end.unmet_because == tuple(u.because for u in refusal.value.unmet)


def test_an_override_of_other_conditions_does_not_close() -> None:
    course = dosed()
    other = Override("r.hill", "goes ahead", conditions=("sitter",))
    with refused("The session stays open, for more than"):
        course.close(900, other)


def test_a_record_that_waits_is_judged_and_told_before_the_end() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.contacts(1, Contact(id=1, name="Anna", after_s=0.0))
    course.record(40, 186, 112, stamp=0)
    assert course.told("sbp_high") == []
    kinds = [type(event) for event in course.close(41)]
    for kind in (AlarmChanged, Notice):
        assert kinds.index(kind) < kinds.index(PhaseChanged)
    assert kinds[-2:] == [PhaseChanged, Closed]
    assert course.told("sbp_high") == [(41, "raised", "sbp_high", "high")]
    assert course.deadline is None


def test_an_elevation_that_lasts_is_left_and_not_ended() -> None:
    course = dosed()
    course.bp(1000, 190, 80)
    course.bp(1070, 190, 80)
    left = [e for e in course.close(1100) if isinstance(e, EpisodeChanged)]
    assert [(e.change, e.episode.vital, e.episode.end) for e in left] == [("left", "sbp", None)]


def test_a_close_of_the_journal_is_taken_as_it_was_decided_then() -> None:
    course = dosed()
    then = Closed(START + 900, "r.hill", ("2 h since the dose: 1.",), None, None)
    events = course.encounter.apply(Close("r.hill"), START + 900, recorded=then)
    assert events[-1] == then

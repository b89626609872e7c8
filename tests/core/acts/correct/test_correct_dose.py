"""Correcting a recorded dose: what it may become, and which judgements follow it."""

from typing import Any, Final

import pytest

from monitor.core.vocabulary.events import BaselineMoved, Corrected, Event, PhaseChanged
from monitor.core.vocabulary.inputs import CorrectDose
from tests.core.course import START, Course, dosed
from tests.core.refusing import refused

MIN: Final = 60.0
WHY: Final = "read it from the wrong line"
TAKEN: Final = {"at": START + 700, "drug": "ketamine", "route": "sublingual", "amount_mg": 100.0}


def dose(number: int = 1, **about: Any) -> CorrectDose:
    return CorrectDose(number=number, by="thea", reason=WHY, **about)


def corrected(events: list[Event]) -> Corrected:
    (told,) = [e for e in events if isinstance(e, Corrected)]
    return told


def due(course: Course) -> float:
    check = course.encounter.next_check()
    assert check is not None
    return check.due - START


@pytest.mark.parametrize(
    "about",
    [{"drug": "esketamine"}, {"route": "oral"}, {"amount_mg": 50.0}, {"at": START + 650},
     {"drug": "esketamine", "route": "oral", "amount_mg": 50.0, "at": START + 650}],
    ids="+".join,
)  # fmt: skip
def test_only_the_fields_that_are_given_change_and_both_versions_are_on_record(
    about: dict[str, Any],
) -> None:
    course = dosed()
    told = corrected(course.apply(900, dose(**about)))
    assert (told.what, told.number, told.by, told.reason) == ("dose", 1, "thea", WHY)
    assert told.before == TAKEN
    assert told.after == TAKEN | about
    assert ("Phases" in told.follows) == ("at" in about)
    (now,) = course.encounter.state.session.doses
    assert {name: getattr(now, name) for name in TAKEN} == told.after
    assert (now.by, course.encounter.state.session.corrections) == ("r.hill", 1)


REFUSED: Final[list[tuple[int, dict[str, Any], str]]] = [
    (0, {"amount_mg": 50.0}, "no such dose"),
    (3, {"amount_mg": 50.0}, "no such dose"),
    (1, {}, "stands on the record already"),
    (1, {"at": START + 700, "drug": "ketamine"}, "stands on the record already"),
    (2, {"at": START + 2000.25}, "ahead of its time"),
    (1, {"at": START - 1800.25}, "so long before it was opened"),
    (1, {"at": START + 1900.25}, "The dose after it was earlier"),
    (2, {"at": START + 699.75}, "The dose before it was later"),
]


@pytest.mark.parametrize(("number", "about", "words"), REFUSED)
def test_what_the_dose_cannot_have_been_is_refused_and_changes_nothing(
    number: int, about: dict[str, Any], words: str
) -> None:
    course = dosed()
    course.dose(2000, at=1900)
    course.advance(2000)
    before = course.encounter.snapshot()
    with refused(words):
        course.apply(2000, dose(number, **about))
    assert course.encounter.snapshot() == before


@pytest.mark.parametrize(("number", "at"), [(2, 2000), (1, -1800), (1, 1900), (2, 700)], ids=str)
def test_the_bounds_themselves_are_possible(number: int, at: float) -> None:
    course = dosed()
    course.dose(2000, at=1900)
    course.apply(2000, dose(number, at=START + at))
    assert course.encounter.state.session.doses[number - 1].at == START + at


def test_a_drug_or_an_amount_moves_no_clock() -> None:
    course = dosed()
    check = due(course)
    events = course.apply(900, dose(drug="esketamine", amount_mg=50.0))
    assert not [e for e in events if isinstance(e, BaselineMoved | PhaseChanged)]
    assert due(course) == check


def test_the_last_dose_carries_the_checks_and_the_phase_along() -> None:
    course = dosed()
    assert due(course) == 700 + 15 * MIN
    events = course.apply(900, dose(at=START + 400))
    assert due(course) == 400 + 15 * MIN
    assert not [e for e in events if isinstance(e, PhaseChanged)]
    course.advance(1000)
    (peak,) = [e for e in course.apply(1000, dose(at=START - 200)) if isinstance(e, PhaseChanged)]
    assert peak.phase == "peak"


def test_a_dose_before_the_last_moves_neither_checks_nor_phase() -> None:
    course = dosed()
    course.bp(1000, 122, 80)
    course.dose(1900)
    check = due(course)
    events = course.apply(2000, dose(1, at=START + 690))
    assert not [e for e in events if isinstance(e, PhaseChanged)]
    assert due(course) == check


def test_only_the_first_dose_moves_the_baseline() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t, sbp in ((10, 118), (200, 120), (400, 150)):
        course.bp(t, sbp, 80)
    course.dose(500)
    course.bp(700, 160, 80)
    course.dose(900)
    events = course.apply(1000, dose(2, at=START + 850))
    assert not [e for e in events if isinstance(e, BaselineMoved)]
    (moved,) = [e for e in course.apply(1000, dose(1, at=START + 300))
                if isinstance(e, BaselineMoved)]  # fmt: skip
    assert (moved.before["sbp"].value, moved.after["sbp"].value) == (120, 119)
    assert (moved.by, moved.reason) == ("thea", WHY)


@pytest.mark.parametrize("about", [{"amount_mg": 50.0}, {"at": START + 100}])
def test_after_the_close_only_the_record_changes(about: dict[str, Any]) -> None:
    course = dosed()
    course.close(900)
    baseline = course.encounter.state.baseline.values["sbp"]
    (told,) = course.apply(9000, dose(**about))
    assert isinstance(told, Corrected)
    assert (told.at, told.follows) == (
        START + 9000, "The session is closed: what was decided stands.",
    )  # fmt: skip
    assert course.encounter.state.baseline.values["sbp"] == baseline


def test_after_the_close_a_dose_cannot_have_been_later_than_it() -> None:
    course = dosed()
    course.close(900)
    with refused("ahead of its time"):
        course.apply(9000, dose(at=START + 900.25))
    assert corrected(course.apply(9000, dose(at=START + 900))).what == "dose"

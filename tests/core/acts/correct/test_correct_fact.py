"""Correcting a fact: which values are possible, and what goes by it from then on."""

from typing import Any, Final

import pytest

from monitor.core.vocabulary.events import AlarmChanged, Corrected
from monitor.core.vocabulary.inputs import CorrectFact
from tests.core.course import START, Course
from tests.core.refusing import refused

WHY: Final = "read it from the wrong line"


def fact(name: Any, before: Any, after: Any, **about: Any) -> CorrectFact:
    return CorrectFact(fact=name, before=before, after=after, by="thea", reason=WHY, **about)


VALUES: Final[list[tuple[str, Any, str]]] = [
    ("birth_year", 1900, ""), ("birth_year", 2100, ""), ("birth_year", None, ""),
    ("birth_year", 1899, "year of birth"), ("birth_year", 2101, "year of birth"),
    ("birth_year", "1950", "year of birth"), ("birth_year", True, "year of birth"),
    ("risk_factors", [], ""), ("risk_factors", ["stroke", "maoi"], ""),
    ("risk_factors", ["stroke", "tea"], "risk factors"), ("risk_factors", None, "risk factors"),
    ("risk_factors", "stroke", "risk factors"),
    ("birth_year", 1990, "already"), ("risk_factors", ["hypertension"], "already"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "after", "words"), VALUES)
def test_a_value_is_one_that_can_be_and_another_than_before(
    name: str, after: Any, words: str
) -> None:
    course = Course(birth_year=1990, risk_factors=("hypertension",), devices={})
    before: Any = {"birth_year": 1990, "risk_factors": ["hypertension"]}[name]
    snapshot = course.encounter.snapshot()
    if words:
        with refused(words):
            course.apply(0, fact(name, before, after))
        assert course.encounter.snapshot() == snapshot
        return
    course.apply(0, fact(name, before, after))
    facts = course.encounter.state.session.facts
    known: Any = {"birth_year": facts.birth_year, "risk_factors": list(facts.risk_factors)}
    other = "risk_factors" if name == "birth_year" else "birth_year"
    assert known[name] == after
    assert known[other] == {"birth_year": 1990, "risk_factors": ["hypertension"]}[other]


LIMITS: Final = "Limits and the conditions for a dose and the close go by it from now on."
GATES: Final = "The conditions for a dose and the close go by it from now on."
NOTHING: Final = "Nothing else follows from it."
CLOSED: Final = "The session is closed: what was decided stands."

FOLLOWS: Final[list[tuple[CorrectFact, str]]] = [
    (fact("birth_year", 1990, 1950), LIMITS),
    (fact("risk_factors", [], ["stroke"]), LIMITS),
    (fact("label", "T-09", "T-90"), NOTHING),
    (fact("sitter", "", "Sam", sitter=True), GATES),
    (fact("sitter", "Sam", "Kim", sitter=False), NOTHING),  # none was named before either
    (fact("phone", None, "+1", reachable=False), GATES),
    (fact("phone", None, "+1", reachable=True, sitter=False), NOTHING),
]


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize(("given", "follows"), FOLLOWS, ids=lambda x: getattr(x, "fact", ""))
def test_what_follows_is_said_and_after_the_close_nothing_does(
    given: CorrectFact, follows: str, over: bool
) -> None:
    course = Course(birth_year=1990, sitter=False, reachable=True, devices={})
    if over:
        course.close(10)
    told = course.apply(20, given)[0]
    assert isinstance(told, Corrected)
    assert (told.what, told.before, told.after) == (given.fact, given.before, given.after)
    assert (told.at, told.by, told.reason) == (START + 20, "thea", WHY)
    assert told.follows.startswith(CLOSED if over else follows)


def test_the_gate_goes_by_a_sitter_who_is_named_or_taken_back() -> None:
    course = Course(devices={}, sitter=False)
    assert "sitter" in course.unmet(10)
    course.apply(20, fact("sitter", "", "Sam", sitter=True))
    assert "sitter" not in course.unmet(30)
    course.apply(40, fact("local_number", "911", "999"))
    assert "sitter" not in course.unmet(50)
    course.apply(60, fact("sitter", "Sam", "", sitter=False))
    assert "sitter" in course.unmet(70)


@pytest.mark.parametrize(
    ("given", "limit", "change"),
    [
        (fact("birth_year", 1990, 1950), 160, [("escalated", "medium")]),
        (fact("risk_factors", [], ["hypertension"]), 160, [("escalated", "medium")]),
        (fact("birth_year", 1990, 1980), 165, []),
    ],
)
def test_the_newest_pressure_is_judged_anew_by_the_limits_that_follow(
    given: CorrectFact, limit: float, change: list[tuple[str, str]]
) -> None:
    """From 65 years on, and with a risk factor, the medium limit is 160."""
    course = Course(devices={"cuff": "cuff"}, birth_year=1990)
    course.bp(10, 162, 80)
    course.bp(100, 162, 80)
    assert course.priority("sbp_high") == "low"
    events = course.apply(200, given)
    assert [
        (e.transition, e.alarm.priority) for e in events if isinstance(e, AlarmChanged)
    ] == change
    limits = {(x.condition, x.priority): x.value for x in course.status(200).limits}
    assert limits["sbp_high", "medium"] == limit


def test_after_the_close_no_limit_moves() -> None:
    course = Course(devices={"cuff": "cuff"}, birth_year=1990)
    course.bp(10, 162, 80)
    course.bp(100, 162, 80)
    course.close(110)
    (told,) = course.apply(200, fact("birth_year", 1990, 1950))
    assert isinstance(told, Corrected)
    limits = {(x.condition, x.priority): x.value for x in course.status(200).limits}
    assert limits["sbp_high", "medium"] == 165

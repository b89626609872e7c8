"""A pressure reading that was due and does not come."""

from typing import Final

import pytest

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.words import Priority
from tests.core.acts.correct.test_correct_reading import typed
from tests.core.course import Course, dosed

MIN: Final = 60.0


STEPS: Final[list[tuple[float, list[tuple[float, Priority]]]]] = [
    # minute of the check without a reading -> seconds after it, priority due before the peak window
    # of 20 to 75, and still missed in it
    (15, [(121, "low"), (301, "medium"), (601, "high")]),
    (30, [(121, "low"), (301, "medium"), (601, "high")]),
    (75, [(121, "low"), (301, "medium"), (601, "high")]),
    (90, [(121, "low"), (301, "medium")]),
    (150, [(121, "low"), (301, "medium")]),  # after the last one on the list
]


@pytest.mark.parametrize(("minute", "steps"), STEPS)
def test_a_reading_that_does_not_come_is_an_alarm_by_steps(
    minute: float, steps: list[tuple[float, Priority]]
) -> None:
    course = dosed()
    for taken in (m for m in (15, 30, 45, 60, 75, 90, 120) if m < minute):
        course.bp(700 + taken * MIN, 120, 80)
    due = 700 + minute * MIN
    course.advance(due + 1300)
    assert [(t - due, p) for t, _, _, p in course.told("bp_overdue")] == steps


def test_the_reading_ends_it() -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, 120, 80)
    assert course.told("bp_overdue") == [
        (700 + 15 * MIN + 121, "raised", "bp_overdue", "low"),
        (700 + 15 * MIN + 200, "cleared", "bp_overdue", "low"),
    ]


@pytest.mark.parametrize(
    ("sbp", "about"), [(0.0, {}), (120.0, {"measured": 700.0}), (120.0, {"replayed": True})]
)
def test_a_reading_that_is_not_believed_or_late_does_not(
    sbp: float, about: dict[str, object]
) -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, sbp, 80 if sbp else 0, **about)
    assert course.priority("bp_overdue") == "low"


def test_a_suspect_reading_is_a_reading() -> None:
    course = dosed()
    course.bp(700 + 15 * MIN + 200, 120, 80, flags=("movement",))
    assert course.priority("bp_overdue") is None


def test_a_further_dose_is_no_reading() -> None:
    """The alarm continues from its present step, by the same steps, until a pressure comes."""
    course = dosed()
    due = 700 + 15 * MIN
    course.dose(due + 400)
    course.advance(due + 700)
    course.dose(due + 750)
    course.dose(due + 800)
    raised = [(t - due, change, p) for t, change, _, p in course.told("bp_overdue")]
    assert raised == [(121, "raised", "low"), (301, "escalated", "medium"),
                      (601, "escalated", "high")]  # fmt: skip
    alarm = course.standing("bp_overdue")
    assert alarm is not None
    assert sentence(alarm) == "The pressure reading 15 min after the first dose is overdue."
    check = course.status(due + 810).next_check
    assert check is not None
    assert (check.due - course.start, check.overdue) == (due, True)
    course.bp(due + 900, 120, 80)
    assert course.told("bp_overdue")[-1] == (due + 900, "cleared", "bp_overdue", "high")
    check = course.status(due + 910).next_check
    assert check is not None
    assert check.due - course.start == due + 800 + 15 * MIN


@pytest.mark.parametrize(("early", "paid"), [(-100.0, True), (300.0, True), (301.0, False)])
def test_what_a_further_dose_left_owing_takes_a_reading_of_its_own_time(
    early: float, *, paid: bool
) -> None:
    """Up to five minutes early, even if it was measured before that dose."""
    course = dosed()
    due = 700 + 15 * MIN
    course.dose(due + 130)
    course.bp(due + 200, 120, 80, measured=due - early)
    assert (course.standing("bp_overdue") is None) is paid


def test_a_reading_that_was_struck_out_leaves_it_owing() -> None:
    course = dosed()
    due = 700 + 15 * MIN
    course.dose(due + 130)
    strike = typed(course, due + 200, sbp=120.0, dbp=80.0)
    assert course.standing("bp_overdue") is None
    course.apply(due + 210, strike)
    assert course.standing("bp_overdue") is not None


def test_one_that_a_person_typed_is_a_reading() -> None:
    course = dosed()
    course.observe(700 + 15 * MIN + 200, "", {"sbp": 120.0, "dbp": 80.0}, by="sitter")
    assert course.priority("bp_overdue") is None


def test_before_the_dose_nothing_is_overdue() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.advance(7200)
    assert course.told("bp_overdue") == []


def test_an_inflating_cuff_is_not_overdue_yet() -> None:
    course = dosed()
    due = 700 + 15 * MIN
    course.observe(due + 100, "cuff", {"sbp": 150.0}, measuring=True)
    course.advance(due + 160.75)
    assert course.told("bp_overdue") == []
    course.advance(due + 161)
    assert course.told("bp_overdue") == [(due + 161, "raised", "bp_overdue", "low")]


def test_an_inflating_cuff_ends_nothing() -> None:
    """It stops the alarm from escalating; only a reading ends it, and no sentence denies that."""
    course = dosed()
    due = 700 + 30 * MIN
    course.bp(700 + 15 * MIN, 120, 80)
    course.advance(due + 310)
    assert course.priority("bp_overdue") == "medium"
    course.observe(due + 320, "cuff", {"sbp": 150.0}, measuring=True)
    course.hr(due + 330, 70)
    course.advance(due + 400)
    assert course.priority("bp_overdue") == "medium"
    course.advance(due + 900)
    assert course.priority("bp_overdue") == "high"
    course.bp(due + 910, 120, 80)
    assert course.told("bp_overdue")[-1] == (due + 910, "cleared", "bp_overdue", "high")


def test_an_inflating_cuff_is_never_a_pressure() -> None:
    course = dosed()
    course.observe(1000, "cuff", {"sbp": 250.0}, measuring=True)
    assert course.told("sbp_high") == []
    assert len(course.judged("sbp")) == 3


def test_the_next_check_may_be_overdue_when_the_earlier_one_comes_in() -> None:
    """The reading for minute 45 is delivered at minute 63: another occurrence begins."""
    course = dosed()
    course.bp(700 + 30 * MIN, 120, 80)
    course.bp(700 + 63 * MIN, 120, 80, measured=700 + 54 * MIN)
    told = [(t - 700, change, p) for t, change, _, p in course.told("bp_overdue")][-2:]
    assert told == [(63 * MIN, "cleared", "high"), (63 * MIN, "raised", "low")]

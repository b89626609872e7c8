"""Every sentence that counts minutes names the dose from which it counts."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sentences import minutes
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.events import Alarm, AlarmChanged, DoseRecorded, Event
from monitor.core.vocabulary.inputs import (
    AskForHelp,
    Attended,
    CorrectReading,
    Dose,
    LimitChanged,
    Rebaselined,
    ServiceFault,
    Symptom,
)
from tests.core.course import START, Course
from tests.core.law import law
from tests.core.refusing import text

MIN: Final = 60.0
DOSED: Final = 500.0


def taken(*at: float) -> list[Dose]:
    return [Dose(moment, "ketamine", "sublingual", 100, "thea") for moment in at]


@pytest.mark.parametrize(
    ("doses", "minute", "expected"),
    [
        ((), 5, "before the dose"),
        ((0,), -5, "before the dose"),
        ((0,), 0, "0 min after the dose"),
        ((0,), 32, "32 min after the dose"),
        ((0, 40), -5, "before the first dose"),
        ((0, 40), 39, "39 min after the first dose"),
        ((0, 40), 40, "0 min after the last dose"),
        ((0, 40), 72, "32 min after the last dose"),
        ((0, 40, 60), 50, "10 min after the second dose"),
        ((0, 40, 60), 72, "12 min after the last dose"),
        ((0, 0), 3, "3 min after the last dose"),
        (tuple(range(8)), 6.5, "0 min after dose 7"),
    ],
)
def test_a_minute_says_which_dose_it_counts_from(
    doses: Sequence[float], minute: float, expected: str
) -> None:
    when = minutes.when(taken(*(MIN * d for d in doses)), MIN * minute)
    assert english(when) == expected


@pytest.mark.parametrize(("doses", "said"), [(1, "the dose"), (2, "the last dose")])
def test_the_last_dose_is_the_dose_where_it_is_the_only_one(doses: int, said: str) -> None:
    assert minutes.last(doses) == said


# --- each sentence ------------------------------------------------------------------------------


def _course(further: Sequence[float] = ()) -> Course:
    """A session dosed at DOSED, with further doses at these minutes after the first."""
    course = Course(devices={"cuff": "cuff", "strap": "heart_rate"})
    course.stay(10, "sbp", 120)
    course.dose(DOSED)
    for minute in further:
        course.dose(DOSED + MIN * minute)
    return course


def _pressure(course: Course, t: float) -> None:
    course.bp(t, 184, 80)


def _silent(course: Course, t: float) -> None:
    course.beat(t - 5, t, 70)
    course.advance(t + 40)


def _offline(course: Course, t: float) -> None:
    course.status_of(t, "strap", online=False)
    course.advance(t + 20)


def _alone(course: Course, t: float) -> None:
    course.apply(t, Attended(watched=False))
    course.advance(t + 20)


def _symptom(course: Course, t: float) -> None:
    course.apply(t, Symptom("chest_pain", "sam"))


def _help(course: Course, t: float) -> None:
    course.apply(t, AskForHelp("sam"))


def _lost(course: Course, t: float) -> None:
    course.fault(t, "broker_lost")


def _overdue(course: Course, t: float) -> None:
    """Let the reading that was due at `t` become overdue."""
    course.bp(t - 10 * MIN, 120, 80)
    course.advance(t + 130)


SENTENCES: Final[dict[str, Callable[[Course, float], None]]] = {
    "sbp_high": _pressure,
    "no_data": _silent,
    "device_offline": _offline,
    "unattended": _alone,
    "symptom": _symptom,
    "help_requested": _help,
    "broker_lost": _lost,
    "bp_overdue": _overdue,
}


@pytest.mark.parametrize("condition", SENTENCES)
def test_with_one_dose_it_is_the_dose(condition: str) -> None:
    course = _course()
    SENTENCES[condition](course, DOSED + 30 * MIN)
    assert "30 min after the dose" in _reason(course, condition)


@pytest.mark.parametrize("condition", SENTENCES)
def test_after_a_further_dose_it_is_the_last(condition: str) -> None:
    course = _course([40])
    SENTENCES[condition](course, DOSED + 70 * MIN)
    assert "30 min after the last dose" in _reason(course, condition)


@pytest.mark.parametrize("condition", [c for c in SENTENCES if c != "bp_overdue"])
def test_what_stands_when_a_further_dose_is_taken_goes_on_counting_from_its_own(
    condition: str,
) -> None:
    """A further dose restarts the schedule, so no reading stays overdue across it."""
    course = _course()
    SENTENCES[condition](course, DOSED + 30 * MIN)
    course.dose(DOSED + 40 * MIN)
    assert "30 min after the first dose" in _reason(course, condition)
    course.dose(DOSED + 50 * MIN)
    assert "30 min after the first dose" in _reason(course, condition)


def test_of_three_the_second_is_no_longer_the_last() -> None:
    course = _course([40])
    _help(course, DOSED + 70 * MIN)
    course.dose(DOSED + 80 * MIN)
    assert _reason(course, "help_requested") == (
        "Help asked for by sam, 30 min after the second dose."
    )


def test_what_is_over_and_unseen_goes_on_counting_from_its_own() -> None:
    course = _course()
    course.bp(DOSED + 10 * MIN, 184, 80)
    course.bp(DOSED + 18 * MIN, 120, 80)
    course.dose(DOSED + 20 * MIN)
    (over,) = [a for a in course.encounter.state.alarms.latched if a.condition == "sbp_high"]
    assert sentence(over) == (
        "Systolic pressure 120 is back below the limit of 150, 18 min after the first dose."
    )


TYPED: Final = "held 5 min after the dose"


def test_what_somebody_typed_stays_as_it_was_typed() -> None:
    course = _course()
    set_by = LimitChanged(
        vital="sbp", direction="high", priority="high", value=170, by="thea", reason=TYPED
    )
    course.apply(DOSED + 60, set_by)
    course.bp(DOSED + 10 * MIN, 172, 80)
    course.dose(DOSED + 20 * MIN)
    reason = _reason(course, "sbp_high")
    assert f"(set by thea: {TYPED}), 10 min after the first dose;" in reason


def test_so_does_why_a_reading_was_struck_out() -> None:
    course = _course()
    t = DOSED + 10 * MIN
    course.observe(t, "", {"sbp": 184.0, "dbp": 80.0}, by="sam")
    keys = {"sbp": "|#1|sbp", "dbp": "|#2|dbp"}
    values = {"sbp": 184.0, "dbp": 80.0}
    strike = CorrectReading(keys=keys, values=values, effective=START + t, by="thea", reason=TYPED)
    course.apply(t + 60, strike)
    course.dose(DOSED + 20 * MIN)
    reasons = [sentence(a) for a in course.encounter.state.alarms.latched]
    assert reasons
    assert all(reason.endswith(f": {TYPED}.") for reason in reasons)


def test_where_the_baseline_was_taken_again_says_after_which_dose() -> None:
    course = _course()
    for n in range(4):
        course.bp(DOSED + (10 + n) * MIN, 122, 80)
    course.apply(DOSED + 14 * MIN, Rebaselined("sat up", "thea"))
    course.bp(DOSED + 16 * MIN, 170, 80)
    course.dose(DOSED + 20 * MIN)
    again = "baseline taken again by thea, 14 min after the first dose"
    assert again in _reason(course, "sbp_rise")
    sources = [
        english(x.source)
        for x in course.status(DOSED + 21 * MIN).limits
        if x.condition == "sbp_rise"
    ]
    assert sources
    assert all(again in source for source in sources)


@pytest.mark.parametrize(
    ("at", "said"),
    [(DOSED - 60, "before the first dose"), (DOSED + 39 * MIN, "39 min after the first dose")],
)
def test_a_link_that_was_lost_before_a_dose_counts_from_the_one_before(
    at: float, said: str
) -> None:
    course = _course([40])
    course.apply(DOSED + 41 * MIN, ServiceFault("broker_lost", "", since=START + at))
    assert f"lost, since {said}." in _reason(course, "broker_lost")


# --- the gate of the close ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("further", "minute", "said"),
    [
        ([], 32.9, "120 min since the dose: 32 of 120."),
        ([], 119.9, "120 min since the dose: 119 of 120."),
        ([40], 72.9, "120 min since the last dose: 32 of 120."),
        ([40, 60], 72, "120 min since the last dose: 12 of 120."),
    ],
)
def test_the_gate_says_from_which_dose_it_counts(
    further: list[float], minute: float, said: str
) -> None:
    course = _course(further)
    assert said in _unmet(course, DOSED + MIN * minute)


@pytest.mark.parametrize(("further", "of"), [([], "the dose"), ([40], "the last dose")])
def test_and_of_which_dose_the_peak_is(further: list[float], of: str) -> None:
    course = _course(further)
    words = f"2 clean pressure readings 10 min apart, 47 min after {of} or later: 0 of 2."
    assert words in _unmet(course, DOSED + 50 * MIN)


# --- any course ---------------------------------------------------------------------------------


@law(100)
@given(
    st.lists(st.integers(1, 60), max_size=2),
    st.lists(
        st.tuples(st.sampled_from(sorted(SENTENCES)), st.integers(1, 30)), min_size=1, max_size=6
    ),
)
def test_no_sentence_of_several_doses_leaves_open_which(
    further: list[int], steps: list[tuple[str, int]]
) -> None:
    """Neither a sentence issued after a further dose, nor one in force since before it."""
    course, t = _course(), DOSED
    for gap, (condition, wait) in zip([*further, *[0] * 6], steps, strict=False):
        t += wait * MIN + 600
        SENTENCES[condition](course, t)
        t += 200
        if gap:
            t += gap * MIN
            found = course.dose(t)
            (first,) = [n for n, e in enumerate(found) if isinstance(e, DoseRecorded)]
            _named(course, found[first:])
    told = len(course.events)
    course.advance(t + 40 * MIN)
    if len(course.encounter.state.session.doses) > 1:
        _named(course, course.events[told:])


def _named(course: Course, events: list[Event]) -> None:
    several = len(course.encounter.state.session.doses) > 1
    said = [sentence(a) for a in course.encounter.state.alarms]
    said += [e.alarm.reason for e in events if isinstance(e, AlarmChanged)]
    for words in said:
        assert not several or not re.search(r"(after|since|before) the dose", words), words
        assert "-" not in words.partition(" min after")[0][-4:], words


def _reason(course: Course, condition: str) -> str:
    standing = course.encounter.state.alarms.standing.values()
    (alarm,) = [a for a in standing if a.condition == condition and not _cuff_is_silent(a)]
    return sentence(alarm)


def _cuff_is_silent(alarm: Alarm) -> bool:
    """True in most of these courses, which are about the strap."""
    return alarm.condition == "no_data" and alarm.vital != "hr"


def _unmet(course: Course, t: float) -> list[str]:
    return [text(u) for g in course.status(t).gates for u in g.unmet if g.gate == "discharge"]

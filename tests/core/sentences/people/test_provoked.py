"""Every refusal, condition of a gate and consequence of a correction can happen.

The tables below provoke each code once, so that no row of a language is dead. The few refusals that
only the service makes are in `ELSEWHERE`.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from msgspec.structs import replace

from monitor.core.gates.gates import awake, booster, discharge, hold
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.sentences.english import english, why_not
from monitor.core.sentences.people import (
    alarm_conditions,
    consequences,
    gate_conditions,
    refused,
)
from monitor.core.vocabulary.events import Closed, Corrected, DoseRecorded
from monitor.core.vocabulary.inputs import (
    ChangeDevices,
    Checked,
    CorrectDose,
    CorrectFact,
    CorrectReading,
    CuffUser,
    HandOver,
    Input,
    LimitChanged,
    MeasuredNow,
    NoticeDeclined,
    Opened,
    Override,
    Rated,
    Rebaselined,
    TakeOver,
)
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused
from tests.core.course import START, Course, dosed
from tests.core.detection.readings.test_cuff_records import clinic, of_unknown_age
from tests.core.gates.test_gates import BOOSTER, DISCHARGE, HOLD, TEXTS, alarm, pressure, situation
from tests.core.sentences.test_languages import said

WHY: Final = "read it from the wrong line"
FOR_LESS: Final = Override("thea", WHY, conditions=("alert",))
# The service's own tests provoke these.
ELSEWHERE: Final = {"sent_by_device", "alarm_of_closed", "declined_in_vain", "link_closed"}


def correct(number: int = 1, **to: Any) -> CorrectDose:
    return CorrectDose(number=number, by="thea", reason=WHY, **to)


def fact(name: Any, before: Any, after: Any, **about: Any) -> CorrectFact:
    return CorrectFact(fact=name, before=before, after=after, by="thea", reason=WHY, **about)


def limit(value: float | None, priority: Any = "high") -> LimitChanged:
    return LimitChanged("sbp", "high", priority, value, WHY, "thea")


def strike() -> CorrectReading:
    return CorrectReading(
        keys={"temp": "|#1|temp"}, values={"temp": 37.0}, effective=START + 800, by="thea",
        reason=WHY,
    )  # fmt: skip


def measured_now(at: float, *, again: bool = False) -> None:
    """State that a cuff's record was measured just now, when its age is known or it is old."""
    course = clinic()
    course.record(40, 128, 82, stamp=0)
    now = MeasuredNow(of_unknown_age(course, 50).key, "m.keller")
    if again:
        course.apply(60, now)
    course.apply(at, now)


def given(make: Callable[[Course], Input], at: float = 900) -> Callable[[Course], None]:
    """Hand in an input to a session whose only dose is at 700 s."""
    return lambda course: void(course.apply(at, make(course)))


def void(_: object) -> None:
    """Drop a value."""


def two_doses(course: Course, at: float, number: int) -> None:
    course.dose(1000)
    course.apply(1100, correct(number, at=START + at))


def twice(course: Course) -> None:
    course.apply(900, strike())
    course.apply(910, strike())


def closed(course: Course) -> None:
    course.close(900)
    course.symptom(910, "nausea")


# code -> what provokes it in a session whose only dose was at 700 s
PROVOKED: Final[dict[str, Callable[[Course], None]]] = {
    "session_closed": closed,
    "opened_twice": given(lambda course: Opened(course.encounter.state.session.facts)),
    "dose_waits": lambda _: void(Course().dose(10, override=None)),
    "second_dose_waits": lambda course: void(course.dose(4000, override=None)),
    "session_stays_open": lambda course: void(course.close(900, None)),
    "more_than_given": lambda course: void(course.close(900, FOR_LESS)),
    "dose_ahead": lambda course: void(course.dose(900, at=901)),
    "dose_long_ago": lambda course: void(course.dose(4000, at=2000)),
    "later_dose_recorded": lambda course: void(course.dose(900, at=699)),
    "no_such_dose": given(lambda _: correct(2, amount_mg=50.0)),
    "recorded_so": given(lambda _: correct(drug="ketamine")),
    "corrected_ahead": given(lambda _: correct(at=START + 901)),
    "before_opening": given(lambda _: correct(at=START - 2000)),
    "before_other_dose": lambda course: two_doses(course, 699, 2),
    "after_other_dose": lambda course: two_doses(course, 1001, 1),
    "no_birth_year": given(lambda _: fact("birth_year", 1990, 90)),
    "risks_not_listed": given(lambda _: fact("risk_factors", [], ["tea"])),
    "struck_before": twice,
    "no_own_limit": given(lambda _: limit(None)),
    "limit_impossible": given(lambda _: limit(1000.0)),
    "limit_not_stricter": given(lambda _: limit(250.0)),
    "not_a_vital_sign": given(lambda _: Rebaselined(WHY, "thea", ("pulse",))),
    "nothing_measured": lambda _: void(Course().apply(10, Rebaselined(WHY, "thea"))),
    "too_few_readings": given(lambda _: Rebaselined(WHY, "thea", ("temp",))),
    "not_a_symptom": lambda course: void(course.symptom(900, "hunger")),
    "not_a_check": given(lambda _: Checked("moon", "thea")),
    "supervises_already": given(lambda _: HandOver("m.keller", "thea")),
    "not_offered": given(lambda _: TakeOver("thea")),
    "no_alarm": given(lambda _: Rated("e-1-99", useful=True, by="thea")),
    "taken_before": given(lambda _: NoticeDeclined("e-1-99", 1, "Anna")),
    "not_serving": given(lambda _: CuffUser("shoe", 1, "thea")),
    "age_known": lambda _: measured_now(62, again=True),
    "record_old": lambda _: measured_now(641),
    "no_such_record": given(lambda _: MeasuredNow("nowhere", "thea")),
}


@pytest.mark.parametrize("code", PROVOKED)
def test_every_refusal_is_provoked_and_changes_nothing(code: str) -> None:
    course = dosed()
    course.apply(710, TakeOver("m.keller"))
    with pytest.raises(Refused) as refusal:
        PROVOKED[code](course)
    assert refusal.value.because.code == code
    assert said(refusal.value.because)
    assert why_not(refusal.value)


def test_the_table_has_every_refusal() -> None:
    assert PROVOKED.keys() | ELSEWHERE == refused.SENTENCES.keys()
    assert not PROVOKED.keys() & ELSEWHERE


def test_a_shut_gate_says_what_it_waits_for_and_which_conditions_do_not_hold() -> None:
    with pytest.raises(GateRefused) as refusal:
        dosed().close(900, FOR_LESS)
    first, *_ = refusal.value.unmet
    assert refusal.value.because == Reason(
        "more_than_given", {"reason": Reason("session_stays_open")}
    )
    assert why_not(refusal.value).startswith(
        "The session stays open, for more than the reason was given for: 120 min since the dose: 3 "
        "of 120. "
    )
    assert first.because == Reason("too_early", {"wanted": 120.0, "passed": 3, "doses": 1})


# --- conditions of gates, and consequences of corrections -----------------------------------------


def unmet() -> Iterator[Reason]:
    """The conditions of every situation in the tables of the gates' own tests."""
    tables = ((hold, HOLD), (booster, BOOSTER), (discharge, DISCHARGE))
    for gate, about in [(gate, row[0]) for gate, table in tables for row in table]:
        yield from (one.because for one in gate(situation(**about)))
    for about, _, _ in TEXTS:
        seen = situation(alarms=(alarm(**about),), pressures=(pressure(-2, 201, 78),))
        yield from (one.because for gate in (booster, discharge) for one in gate(seen))
    for off in ({"sitter": False, "reachable": False}, {"pressures": (waiting(),)}):
        yield from (one.because for one in hold(situation(**off, present=())))
    yield from (one.because for one in booster(situation("esk_nasal")))
    yield from (one.because for one in awake(alert=False))
    with pytest.raises(GateRefused) as refusal:
        Course().close(10, override=None)
    yield from (one.because for one in refusal.value.unmet)


def waiting() -> Pressure:
    return replace(pressure(-1, 120, 80), waits=True)


def test_every_condition_of_a_gate_is_provoked_and_said_in_both_languages() -> None:
    codes = {code for because in unmet() for code in said(because)}
    assert codes - {"text"} == gate_conditions.SENTENCES.keys() | alarm_conditions.SENTENCES.keys()


def test_an_overridden_condition_is_on_the_record_as_data_and_in_words() -> None:
    course = Course()
    course.dose(5)
    course.close(900)
    dose, close = (e for e in course.events if isinstance(e, (DoseRecorded, Closed)))
    for event in (dose, close):
        assert event.unmet == tuple(english(one) for one in event.unmet_because)
        assert event.unmet
    assert Reason("rate_unfit", {"low": 50.0, "high": 100.0, "found": Reason("rate_absent")}) in (
        dose.unmet_because
    )


def test_every_consequence_of_a_correction_is_provoked_and_said_in_both_languages() -> None:
    course = dosed()
    acts: list[Input] = [
        fact("label", "P-1", "P-2"), fact("birth_year", None, 1990),
        fact("sitter", "Sam", "", sitter=False),
        correct(at=START + 701), correct(amount_mg=50.0), strike(),
        ChangeDevices("thea", {"cuff-2": "cuff"}, ("cuff",), {}, WHY),
    ]  # fmt: skip
    for given_ in acts:
        course.apply(900, given_)
    course.close(910)
    course.apply(920, correct(drug="esketamine"))
    found = [e for e in course.events if isinstance(e, Corrected)]
    codes = {code for e in found for code in said(e.follows_because)}
    assert codes == consequences.SENTENCES.keys()
    assert [e.follows for e in found] == [english(e.follows_because) for e in found]

"""Limits that are stricter for this person, in this phase, or because a person set them."""

from typing import Any, Final, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.detection import limits_in_force
from monitor.core.encounter import Encounter
from monitor.core.protocol import risk_limits
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.events import LimitMoved
from monitor.core.vocabulary.inputs import Facts, LimitChanged
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.core.vocabulary.words import Priority
from tests.core.course import START, Course, dosed, only
from tests.core.law import law
from tests.core.refusing import refused

Direction = Literal["high", "low"]
Limits = dict[tuple[str, str], tuple[float, str]]


def limits(course: Course) -> Limits:
    t = course.encounter.state.now - course.start
    return {
        (x.condition, x.priority): (x.value, english(x.source)) for x in course.status(t).limits
    }


def change(course: Course, t: float, priority: Priority, value: float | None, **about: Any) -> None:
    named = {"vital": "sbp", "direction": "high", "reason": "as agreed", "by": "m.keller"} | about
    course.apply(t, LimitChanged(priority=priority, value=value, **named))


# --- risk factors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factors", "high", "source"),
    [
        ((), 180, "protocol sl_home: hypertensive crisis, common practice"),
        (("hypertension",), 175, "risk factor, known high blood pressure: engineering default"),
        (("hypertension", "aneurysm"), 170,
         "risk factor, aneurysm or vascular malformation: engineering default"),
        (("sleep_apnoea",), 180, "protocol sl_home: hypertensive crisis, common practice"),
    ],
)  # fmt: skip
def test_a_risk_factor_brings_its_limits_and_the_strictest_counts(
    factors: tuple[str, ...], high: float, source: str
) -> None:
    course = Course(risk_factors=factors)
    assert limits(course)["sbp_high", "high"] == (high, source)
    course.bp(100, high, 80)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert (alarm.priority, alarm.limit) == ("high", high)
    assert f"({source})" in sentence(alarm)


@pytest.mark.parametrize(("born", "high"), [(1962, 180), (1961, 175), (None, 180)])
def test_age_is_a_risk_factor(born: int | None, high: float) -> None:
    course = Course(birth_year=born)  # the session is in 2026
    assert limits(course)["sbp_high", "high"][0] == high


@law(60)
@given(st.sampled_from(sorted(PRESETS)), st.sets(st.sampled_from(sorted(RISK_FACTORS))))
def test_a_risk_factor_never_makes_a_limit_laxer(preset: str, factors: set[str]) -> None:
    def resolved(having: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, float, float]]:
        facts = Facts(protocol=preset, risk_factors=having)
        encounter, _ = Encounter.open("e", facts, PRESETS[preset], START)
        return {
            (t.name, level.priority): (t.direction, level.limit, level.delay)
            for t in encounter.state.limits.thresholds
            for level in t.levels
        }

    plain, burdened = resolved(()), resolved(tuple(sorted(factors)))
    assert plain.keys() <= burdened.keys()
    for key, (direction, value, delay) in plain.items():
        stricter = burdened[key][1] <= value if direction == "high" else burdened[key][1] >= value
        assert stricter, key
        assert burdened[key][2] == delay, key


def test_every_rule_is_about_a_factor_that_can_be_named() -> None:
    assert set(risk_limits.RULES) <= set(RISK_FACTORS)


# --- phases -------------------------------------------------------------------------------------

_AT_PEAK: Final = AlarmLimit(
    vital="sbp", direction="high", priority="high", value=170, source="for this test",
    phases=("peak",),
)  # fmt: skip
_ALWAYS: Final = msgspec.structs.replace(_AT_PEAK, value=180, phases=())


def test_a_limit_of_a_phase_applies_in_it_and_what_stands_outlives_it() -> None:
    course = Course(only(_ALWAYS, _AT_PEAK), devices={"cuff": "cuff"})
    course.dose(100)
    course.bp(200, 172, 80)
    assert course.told("sbp_high") == []
    course.advance(100 + 1300)
    assert course.told("sbp_high") == [(1300, "raised", "sbp_high", "high")], "as the peak begins"
    course.bp(100 + 1300, 172, 80)
    assert len(course.told("sbp_high")) == 1
    assert limits(course)["sbp_high", "high"] == (
        170, "protocol sl_home, in the phase peak: for this test",
    )  # fmt: skip
    course.advance(100 + 76 * 60)  # recovery: 180 again
    assert course.priority("sbp_high") == "high"
    course.bp(100 + 77 * 60, 172, 80)
    assert course.priority("sbp_high") is None


def test_what_has_expired_is_not_judged_again() -> None:
    steady = AlarmLimit(
        vital="hr", direction="high", priority="high", value=100, source="for this test",
        phases=("peak",), delay=14, sooner=7,
    )  # fmt: skip
    course = Course(only(_ALWAYS, _AT_PEAK, steady))
    course.bp(5, 172, 80)
    course.hr(1200, 120)
    course.dose(1210, at=610)
    course.advance(610 + 1200 + 60)
    assert course.told("sbp_high", "hr_high") == []
    course.hr(1900, 120)
    course.bp(1900, 172, 80)
    assert course.told("sbp_high") == [(1900, "raised", "sbp_high", "high")]


def test_a_level_that_no_longer_applies_stays_until_it_is_over() -> None:
    course = Course(only(_AT_PEAK), devices={"cuff": "cuff"})
    course.dose(100)
    course.bp(100 + 1300, 172, 80)
    course.advance(100 + 76 * 60)
    assert course.priority("sbp_high") == "high"
    course.bp(100 + 77 * 60, 172, 80)
    assert course.priority("sbp_high") == "high"
    course.bp(100 + 90 * 60, 150, 80)
    assert course.told("sbp_high")[-1][1] == "latched"


# --- set by a person ----------------------------------------------------------------------------


def test_a_stricter_limit_is_on_the_record_and_judges_what_is_there() -> None:
    course = dosed()
    course.bp(900, 172, 80)
    course.bp(970, 172, 80)
    assert course.priority("sbp_high") == "medium"
    change(course, 1000, "high", 170, reason="known aneurysm")
    assert course.told("sbp_high")[-1] == (1000, "escalated", "sbp_high", "high")
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional
    assert "high limit of 170 (set by m.keller: known aneurysm)" in sentence(alarm)
    (moved,) = [e for e in course.events if isinstance(e, LimitMoved)]
    assert (moved.before, moved.after, moved.by, moved.reason) == (
        180, 170, "m.keller", "known aneurysm",
    )  # fmt: skip


def test_taking_it_back_resets_nothing_that_stands() -> None:
    course = dosed()
    change(course, 800, "high", 160)
    course.bp(900, 162, 80)
    change(course, 910, "high", None)
    assert course.priority("sbp_high") == "high"
    assert limits(course)["sbp_high", "high"][0] == 180
    course.bp(1000, 162, 80)
    assert course.priority("sbp_high") != "high"


def test_a_limit_that_is_set_outlives_the_dose_and_a_restart() -> None:
    course = Course(devices={"cuff": "cuff"})
    change(course, 10, "medium", 155)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.dose(700)
    assert limits(course)["sbp_high", "medium"] == (155, "set by m.keller: as agreed")


def test_a_heart_rate_waits_for_its_delay_under_a_new_limit() -> None:
    course = Course()
    course.beat(0, 60, 92)
    change(course, 60, "medium", 90, vital="hr")
    assert course.told("hr_high") == []
    course.beat(61, 90, 92)
    assert [t[1:] for t in course.told("hr_high")] == [("raised", "hr_high", "medium")]
    assert 66 <= course.told("hr_high")[0][0] <= 80


REFUSED: Final = [
    ({"priority": "high", "value": 180}, "as strict"),
    ({"priority": "high", "value": 200}, "as strict"),
    ({"priority": "high", "value": 300}, "impossible"),
    ({"priority": "high", "value": None}, "nobody has set"),
    ({"priority": "high", "value": 75, "direction": "low"}, "as strict"),
]


@pytest.mark.parametrize(("about", "said"), REFUSED)
def test_what_is_refused_changes_nothing(about: dict[str, Any], said: str) -> None:
    course = dosed()
    before = limits(course)
    with refused(f"(?i){said}"):
        change(course, 800, **about)
    assert limits(course) == before


def test_a_new_condition_may_be_set_where_the_protocol_has_none() -> None:
    course = dosed()
    change(course, 800, "high", 60, vital="dbp", direction="low")
    course.bp(900, 100, 55)
    assert course.told("dbp_low") == [(900, "raised", "dbp_low", "high")]


def test_the_limit_in_force_names_its_source() -> None:
    course = dosed()
    found = limits_in_force.in_force(course.encounter.state, "hr_high", "medium")
    assert found is not None
    assert found[0] == 120
    assert limits_in_force.in_force(course.encounter.state, "map_high", "low") is None

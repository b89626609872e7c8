"""The reason of an alarm over a limit: which case it is, and the figures that belong to it."""

from typing import Any, Final

import pytest

from monitor.core.alarms.condition import Level, Rise, Threshold
from monitor.core.alarms.crossed import (
    UNCONFIRMED,
    came_after,
    crossing,
    overtaken,
    proof,
    returned,
)
from monitor.core.alarms.repeated import Repeated
from monitor.core.alarms.sustained import Sustained
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.words import Priority

SOURCE: Final = plain("for this test")
WHEN: Final = plain("47 min after the dose")
AGAIN: Final = plain("Confirmed.")
BASE: Final = Baseline(value=121.0, spread=2.0, count=3, grade="good")


def level(limit: float, priority: Priority = "medium", **about: Any) -> Level:
    return Level(priority, limit, SOURCE, 0.0, **about)


def pressure(value: float, *levels: Level, name: str = "sbp_high", **about: Any) -> Repeated:
    direction: Direction = "low" if name == "sbp_low" else "high"
    return Repeated(name, "sbp", direction, list(levels), value=value, **about)


def why(threshold: Threshold, of: Level, baseline: Baseline | None = BASE) -> Reason:
    return crossing(threshold, of, baseline, WHEN, AGAIN)


@pytest.mark.parametrize(
    ("name", "value", "limit", "code"),
    [
        ("sbp_high", 165, 165, "beyond"),
        ("sbp_high", 164.9, 165, "was_beyond"),
        ("sbp_low", 89.9, 90, "beyond"),
        ("sbp_low", 90, 90, "was_beyond"),
        ("sbp_rise", 165, 165, "over_baseline"),
        ("sbp_rise", 164.9, 165, "was_beyond"),
    ],
)
def test_the_case_is_that_of_the_newest_value(
    name: str, value: float, limit: float, code: str
) -> None:
    held = level(limit, value=60.0 if name == "sbp_low" else 190.0)
    reason = why(pressure(value, held, name=name), held)
    assert reason.code == code
    assert (reason.facts["vital"], reason.facts["value"], reason.facts["limit"]) == (
        "sbp", value, limit,
    )  # fmt: skip
    assert (reason.facts["source"], reason.facts["when"], reason.facts["proof"]) == (
        SOURCE, WHEN, AGAIN,
    )  # fmt: skip


def test_the_baseline_is_named_where_there_is_one() -> None:
    held = level(165)
    assert why(pressure(170, held), held).facts["baseline"] == 121
    assert why(pressure(170, held), held, None).facts["baseline"] is None
    over = pressure(170, held, name="sbp_rise")
    assert why(over, held).facts["baseline"] == 121
    assert why(over, held, None).code == "beyond"


@pytest.mark.parametrize(("limit", "moved"), [(165, False), (168, False), (168.5, True)])
def test_what_was_beyond_says_whether_the_limit_has_moved_past_it(
    limit: float, moved: bool
) -> None:
    held = level(limit, value=168.0)
    facts = why(pressure(160, held), held).facts
    assert (facts["was"], facts["moved"]) == (168, moved)


RISE: Final = Rise(before=166.0, before_at=1000.0, value=172.0, at=1690.0)


def test_a_rise_names_both_readings_and_the_minutes_between_them_at_high_only() -> None:
    rising = pressure(172, level(165), risen=RISE)
    high = why(rising, level(165, "high"))
    assert high.code == "rising"
    assert (high.facts["before"], high.facts["value"], high.facts["minutes"]) == (166, 172, 11.5)
    assert why(rising, level(165)).code == "beyond"


def test_a_rise_that_is_over_by_the_newest_value_names_that_value_too() -> None:
    reason = why(pressure(170, level(165), risen=RISE), level(165, "high"))
    assert (reason.code, reason.facts["value"]) == ("with_newest", 170)
    within = reason.facts["reason"]
    assert isinstance(within, Reason)
    assert (within.code, within.facts["value"]) == ("rising", 172)
    assert why(pressure(170, level(165), risen=RISE), level(165)).code == "beyond"


def test_what_speaks_against_the_evidence_comes_around_the_whole_reason() -> None:
    doubt = plain("It may be of another person.")
    reason = why(pressure(170, level(165), risen=RISE, unproven=doubt), level(165, "high"))
    assert (reason.code, reason.facts["why"]) == ("unproven", doubt)
    within = reason.facts["reason"]
    assert isinstance(within, Reason)
    assert within.code == "with_newest"


@pytest.mark.parametrize(
    ("value", "repeats", "priority", "timed", "code"),
    [
        (184, 0, "high", False, "provisional"),
        (184, 0, "high", True, "provisional"),
        (184, 1, "high", False, "repeated"),
        (184, 1, "high", True, "no_repeat"),
        (168, 0, "medium", False, "repeated"),
        (168, 0, "medium", True, "no_repeat"),
        (140, 0, "medium", True, "no_repeat"),
        (140, 0, "medium", False, None),  # a value inside confirms nothing
    ],
)
def test_how_a_pressure_was_confirmed(
    value: float, repeats: int, priority: Priority, timed: bool, code: str | None
) -> None:
    held = level(165, priority, standing=True)
    found = proof(pressure(value, held, repeats=repeats), held, timed=timed)
    assert (None if found is None else found.code) == code


def test_a_stream_is_confirmed_by_its_delay_and_says_nothing_of_a_repeat() -> None:
    held = level(140, "high", standing=True)
    stream = Sustained("hr_high", "hr", "high", [held], value=150.0)
    assert proof(stream, held, timed=True) is None
    assert proof(stream, held, timed=False) is None


def test_a_return_is_to_within_the_lowest_limit() -> None:
    reason = returned(pressure(140, level(150, "low"), level(165)), WHEN)
    assert reason == Reason(
        "returned",
        {"vital": "sbp", "value": 140, "direction": "high", "limit": 150, "when": WHEN},
    )


def test_a_reading_that_came_late_says_how_many_minutes_a_newer_one_was_there() -> None:
    threshold, high = pressure(120, level(150, "low"), level(180, "high")), level(180, "high")
    assert overtaken(threshold, high, 190.0, before=90.0).facts == {
        "vital": "sbp", "value": 190, "direction": "high", "limit": 180, "source": SOURCE,
        "minutes": 1.5,
    }  # fmt: skip
    assert came_after(threshold, 120.0, WHEN) == Reason(
        "came_after", {"vital": "sbp", "value": 120, "when": WHEN}
    )
    assert UNCONFIRMED.code == "unconfirmed"

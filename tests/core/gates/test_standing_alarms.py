"""Alarms as conditions of a gate: which hold a dose back, their ids, and their sentences."""

from typing import Any, Final

import pytest

from monitor.core.gates.standing_alarms import counts, holds_back, unmet
from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.words import Priority
from tests.core.refusing import text

WHY: Final = plain("It says why.")
EASED: Final[dict[str, Any]] = {"priority": "low", "worst": "high"}
SEEN: Final[dict[str, Any]] = {"presence": "acknowledged", "acknowledged_by": "thea"}
ON_SBP: Final = "a medium alarm, systolic pressure"
OVER: Final[dict[str, Any]] = {"presence": "latched", "cleared_at": 60.0}


def alarm(**about: Any) -> Alarm:
    usual: dict[str, Any] = {
        "id": "e-1-1", "condition": "sbp_high", "kind": "physiological", "priority": "medium",
        "presence": "on", "because": WHY, "onset": 0.0, "raised_at": 0.0, "vital": "sbp",
        "value": 170.0, "limit": 165.0,
    }  # fmt: skip
    return Alarm(**(usual | about))


@pytest.mark.parametrize(
    ("about", "held"),
    [
        # a pressure: while it is medium or high, seen or not
        ({}, True), ({"priority": "high"}, True), ({"priority": "low"}, False),
        (SEEN, True), (SEEN | {"priority": "low"}, False),
        ({"vital": "map"}, True), ({"vital": "dbp"}, True),
        # eased or over: until somebody has seen it
        (EASED, True), (EASED | SEEN, False),
        (OVER | {"worst": "medium"}, True), (OVER | {"priority": "low"}, False),
        # a heart rate: only until somebody has seen it
        ({"vital": "hr"}, True), ({"vital": "hr"} | SEEN, False),
        ({"vital": "hr", "priority": "low"}, False), ({"vital": "hr"} | EASED, True),
        # nothing else does
        ({"vital": "temp", "priority": "high"}, False), ({"vital": None}, False),
        ({"kind": "technical", "priority": "high"}, False),
    ],
)  # fmt: skip
def test_which_alarms_hold_a_further_dose_back(about: dict[str, Any], held: bool) -> None:
    assert holds_back(alarm(**about)) == held


@pytest.mark.parametrize(
    ("about", "priority"),
    [
        ({}, "medium"), (EASED, "high"), (EASED | SEEN, "low"), (EASED | OVER, "high"),
        ({"priority": "high", "worst": "medium"}, "high"),
    ],
)  # fmt: skip
def test_until_it_is_seen_the_worst_counts_and_is_part_of_the_id(
    about: dict[str, Any], priority: Priority
) -> None:
    assert counts(alarm(**about)) == priority
    for over in (False, True):
        assert unmet(alarm(**about, id="e-1-7"), {}, over=over).id == f"alarm:e-1-7:{priority}"


def said(*, over: bool, newest: dict[str, float] | None = None, **about: Any) -> str:
    return text(unmet(alarm(**about), newest or {}, over=over))


def test_a_present_alarm_is_named_with_the_newest_value_and_its_limit() -> None:
    for over in (False, True):
        assert said(over=over, newest={"sbp": 168.0, "hr": 70.0}) == (
            "Systolic pressure without a medium alarm: 168, limit 165."
        )
        assert said(over=over) == "Systolic pressure without a medium alarm: 170, limit 165."


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ("sbp_high", ""), ("sbp_low", ""), ("sbp_rise", " over the baseline"),
        ("not_recovering", " (not recovering)"),
    ],
)  # fmt: skip
def test_only_the_alarms_that_are_no_crossing_are_named_by_their_condition(
    condition: str, name: str
) -> None:
    assert said(over=False, condition=condition) == (
        f"Systolic pressure without a medium alarm{name}: 170, limit 165."
    )


def test_one_that_eased_says_how_far_it_went_and_that_nobody_has_seen_it() -> None:
    about = EASED | {"extreme": 191.0}
    assert said(over=False, **about) == (
        "Systolic pressure without a high alarm: it reached 191 and nobody has acknowledged it; "
        "now 170, limit 165."
    )
    assert said(over=True, **about) == (
        "A high alarm on systolic pressure is acknowledged: it reached 191 and nobody has."
    )
    # Acknowledged, and raised again: how far it went is known.
    assert said(over=True, **about, acknowledged_by="thea") == (
        "A high alarm on systolic pressure is acknowledged: it reached 191 and nobody has since "
        "it last called for somebody."
    )


@pytest.mark.parametrize(
    ("about", "one"),
    [
        ({"condition": "sbp_low", "extreme": 79.0},
         f"{ON_SBP} under its limit, that reached 79"),
        ({}, f"{ON_SBP} over its limit, that reached 170"),
        ({"struck": 190.0}, f"{ON_SBP} over its limit, by a reading of 190 that was struck out"),
        ({"condition": "help_requested", "vital": None}, "a medium alarm (help requested)"),
        ({"condition": "no_data", "kind": "technical", "value": None},
         "a medium technical alarm, systolic pressure no data"),
    ],
)  # fmt: skip
def test_one_that_is_over_waits_for_an_acknowledgement(about: dict[str, Any], one: str) -> None:
    assert said(over=False, **(OVER | about)) == (
        f"Every alarm that is over is acknowledged: {one}, is not."
    )


def test_one_whose_reading_was_struck_out_rests_on_nothing_and_says_so() -> None:
    assert said(over=True, **OVER, struck=190.0) == (
        "A medium alarm on systolic pressure is acknowledged: the reading of 190 that raised it "
        "was struck out and nobody has."
    )


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ({"limit": None}, "a medium alarm on systolic pressure"),
        ({"value": None}, "a medium alarm on systolic pressure"),
        ({"vital": None, "condition": "symptom"}, "a medium alarm (symptom)"),
        ({"kind": "technical", "condition": "bp_overdue", "value": None},
         "a medium technical alarm"),
    ],
)  # fmt: skip
def test_one_without_figures_gives_its_whole_reason_and_not_who_acknowledged_it(
    about: dict[str, Any], name: str
) -> None:
    because = Reason("acknowledged", {"by": "thea", "reason": WHY})
    assert said(over=False, **about, because=because) == f"Without {name}: It says why."

"""Alarms read as conditions of a gate: with their names, and their extreme or struck values."""

from typing import Final

import pytest

from monitor.core.sentences.people.alarm_conditions import SENTENCES
from monitor.core.vocabulary.reasons import Fact, Facts, Reason, plain
from tests.core.sentences.reads import AFTER, Row, assert_whole, reads

UNSEEN: Final[Facts] = {"extreme": None, "struck": None, "again": False}


def alarm(condition: str, vital: str | None, **more: Fact) -> Facts:
    """Return the facts of an alarm: high and about the patient, unless stated."""
    return {
        "condition": condition, "vital": vital, "kind": "physiological", "priority": "high",
    } | more  # fmt: skip


ROWS: Final[tuple[Row, ...]] = (
    (
        "ended_unseen",
        alarm("sbp_high", "sbp", **UNSEEN | {"extreme": 184.0}),
        (
            "Every alarm that is over is acknowledged: a high alarm, systolic pressure over its "
            "limit, that reached 184, is not."
        ),
    ),
    (
        "ended_unseen",
        alarm("hr_low", "hr", **UNSEEN | {"struck": 34.0, "extreme": 34.0, "again": True}),
        (
            "Every alarm that is over is acknowledged: a high alarm, heart rate under its limit, "
            "by a reading of 34 that was struck out, is not since it last called for somebody."
        ),
    ),
    (
        "ended_unseen",
        alarm("sbp_rise", "sbp", priority="medium", **UNSEEN),
        (
            "Every alarm that is over is acknowledged: a medium alarm, systolic pressure over the "
            "baseline, is not."
        ),
    ),
    (
        "ended_unseen",
        alarm("not_recovering", "sbp", **UNSEEN),
        (
            "Every alarm that is over is acknowledged: a high alarm, systolic pressure not "
            "recovering, is not."
        ),
    ),
    (
        "ended_unseen",
        alarm("no_data", "hr", kind="technical", priority="low", **UNSEEN),
        (
            "Every alarm that is over is acknowledged: a low technical alarm, heart rate no data, "
            "is not."
        ),
    ),
    (
        "ended_unseen",
        alarm("device_offline", None, kind="technical", priority="low", **UNSEEN),
        "Every alarm that is over is acknowledged: a low technical alarm (device offline), is not.",
    ),
    (
        "ended_unseen",
        alarm("help", None, **UNSEEN),
        "Every alarm that is over is acknowledged: a high alarm (help), is not.",
    ),
    (
        "alarm_unseen",
        alarm("sbp_high", "sbp", **UNSEEN | {"extreme": 184.0}),
        "A high alarm on systolic pressure is acknowledged: it reached 184 and nobody has.",
    ),
    (
        "alarm_unseen",
        alarm("sbp_rise", "sbp", **UNSEEN | {"struck": 184.0, "again": True}),
        (
            "A high alarm on systolic pressure over the baseline is acknowledged: the reading of "
            "184 that raised it was struck out and nobody has since it last called for somebody."
        ),
    ),
    (
        "alarm_unseen",
        alarm("chest_pain", None, **UNSEEN),
        "A high alarm (chest pain) is acknowledged: nobody has.",
    ),
    (
        "alarm_unseen",
        alarm("no_data", "hr", kind="technical", priority="medium", **UNSEEN),
        "A medium technical alarm is acknowledged: nobody has.",
    ),
    (
        "alarm_lasts",
        alarm(
            "help",
            None,
            reason=Reason("help_requested", {"by": "sam", "when": AFTER}),
        ),
        "Without a high alarm (help): Help asked for by sam, 47 min after the dose.",
    ),
    (
        "alarm_lasts",
        alarm("not_recovering", "sbp", priority="medium", reason=plain("It is high.")),
        "Without a medium alarm on systolic pressure (not recovering): It is high.",
    ),
    (
        "alarm_lasts",
        alarm("no_data", "hr", kind="technical", priority="low", reason=plain("None comes.")),
        "Without a low technical alarm: None comes.",
    ),
    (
        "limit_crossed",
        alarm("sbp_high", "sbp", value=184.0, limit=180.0, unseen=None),
        "Systolic pressure without a high alarm: 184, limit 180.",
    ),
    (
        "limit_crossed",
        alarm("sbp_rise", "sbp", priority="medium", value=171.5, limit=165.0, unseen=None),
        "Systolic pressure without a medium alarm over the baseline: 171.5, limit 165.",
    ),
    (
        "limit_crossed",
        alarm("not_recovering", "sbp", value=158.0, limit=144.0, unseen=None),
        "Systolic pressure without a high alarm (not recovering): 158, limit 144.",
    ),
    (
        "limit_crossed",
        alarm(
            "sbp_high",
            "sbp",
            value=165.0,
            limit=160.0,
            unseen=Reason("not_acknowledged", UNSEEN | {"extreme": 184.0}),
        ),
        (
            "Systolic pressure without a high alarm: it reached 184 and nobody has acknowledged "
            "it; now 165, limit 160."
        ),
    ),
    ("not_acknowledged", UNSEEN, "nobody has acknowledged it"),
    (
        "not_acknowledged",
        {"extreme": 184.0, "struck": 184.0, "again": False},
        "the reading of 184 that raised it was struck out and nobody has acknowledged it",
    ),
    (
        "not_acknowledged",
        {"extreme": 184.0, "struck": None, "again": True},
        "it reached 184 and nobody has acknowledged it since it last called for somebody",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

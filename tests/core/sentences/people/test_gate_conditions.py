"""Conditions of gates read as a demand, and after a colon the present state."""

from typing import Final

import pytest

from monitor.core.sentences.people.gate_conditions import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "baseline_short",
        {"wanted": 3, "count": 1, "too_soon": 0},
        "3 clean pressure readings a minute apart: 1 of 3.",
    ),
    (
        "baseline_short",
        {"wanted": 3, "count": 1, "too_soon": 2},
        "3 clean pressure readings a minute apart: 1 of 3, 2 more came too soon.",
    ),
    (
        "reading_waits",
        {},
        "Every pressure reading is judged: one came just now, and takes a few seconds.",
    ),
    (
        "pressure_over",
        {"vital": "sbp", "limit": 140.0, "value": 140.5},
        "Systolic pressure at most 140: 140.5.",
    ),
    (
        "repeats_short",
        {"wanted": 2, "count": 0, "apart": 5.0, "sbp": 152.0, "dbp": 91.0},
        "2 clean repeats 5 min apart since a pressure of 152/91: 0 of 2.",
    ),
    (
        "repeats_short",
        {"wanted": 2, "count": 1, "apart": 2.5, "sbp": 152.0, "dbp": None},
        "2 clean repeats 2.5 min apart since a pressure of 152/\u2013: 1 of 2.",
    ),
    ("pressure_absent", {"vital": "dbp"}, "A present clean diastolic pressure: none."),
    ("no_sitter", {}, "A sitter is named: none."),
    ("not_reachable", {}, "The patient's address and phone: not both on file."),
    (
        "no_second_dose",
        {"text": "esk_nasal"},
        "A second dose in the protocol: esk_nasal has none.",
    ),
    (
        "pressure_old",
        {"minutes": 10.0},
        "A clean pressure reading in the last 10 min: none.",
    ),
    (
        "too_early",
        {"wanted": 120.0, "passed": 3, "doses": 1},
        "120 min since the dose: 3 of 120.",
    ),
    (
        "too_early",
        {"wanted": 120.0, "passed": 119, "doses": 2},
        "120 min since the last dose: 119 of 120.",
    ),
    (
        "settled_short",
        {"apart": 5.0, "peak": 40.0, "doses": 1, "count": 1},
        "2 clean pressure readings 5 min apart, 40 min after the dose or later: 1 of 2.",
    ),
    (
        "settled_short",
        {"apart": 5.0, "peak": 40.0, "doses": 3, "count": 0},
        "2 clean pressure readings 5 min apart, 40 min after the last dose or later: 0 of 2.",
    ),
    (
        "not_near_baseline",
        {
            "sbp_under": 140.0,
            "dbp_under": 90.0,
            "percent": 10.0,
            "base_sbp": 120.4,
            "base_dbp": 78.0,
            "sbp": 148.0,
            "dbp": 88.0,
        },
        "Pressure under 140/90, or within 10 % of the baseline of 120/78: 148/88.",
    ),
    (
        "not_near_baseline",
        {
            "sbp_under": 140.0,
            "dbp_under": 90.0,
            "percent": 10.0,
            "base_sbp": 120.0,
            "base_dbp": None,
            "sbp": None,
            "dbp": 96.0,
        },
        "Pressure under 140/90, or within 10 % of the baseline: \u2013/96.",
    ),
    (
        "pressure_rises",
        {"was_sbp": 130.0, "was_dbp": 80.0, "sbp": 136.0, "dbp": 84.0},
        "Pressure does not rise: 130/80, then 136/84.",
    ),
    (
        "pressure_rises",
        {"was_sbp": 130.0, "was_dbp": None, "sbp": 136.0, "dbp": None},
        "Pressure does not rise: 130/\u2013, then 136/\u2013.",
    ),
    ("nobody_stays", {}, "A sitter stays with the patient: none."),
    ("not_alert", {}, "The patient is awake and answers: not confirmed."),
    ("no_close_reason", {}, "Closing before any dose needs a reason: none is given."),
    (
        "rate_unfit",
        {"low": 50.0, "high": 100.0, "found": Reason("rate_is", {"value": 104.5})},
        "A present clean heart rate of 50 to 100: 104.5.",
    ),
    (
        "rate_unfit",
        {"low": 50.0, "high": 100.0, "found": Reason("rate_absent")},
        "A present clean heart rate of 50 to 100: none.",
    ),
    ("rate_is", {"value": 49.0}, "49"),
    ("rate_absent", {}, "none"),
    ("rate_in_doubt", {}, "none that is beyond doubt"),
    (
        "rates_apart",
        {"value": 72.0, "device": "strap", "other_value": 98.0, "other": "watch"},
        "72 (strap) and 98 (watch) contradict each other",
    ),
    (
        "rates_apart",
        {"value": 72.0, "device": "", "other_value": 98.0, "other": "watch"},
        "72 (typed) and 98 (watch) contradict each other",
    ),
    (
        "rates_apart",
        {"value": 72.0, "device": "strap", "other_value": 98.0, "other": ""},
        "72 (strap) and 98 (typed) contradict each other",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

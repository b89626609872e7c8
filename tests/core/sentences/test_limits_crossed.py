"""Limits read with value, limit and its source, minute, baseline, and how they were confirmed."""

from typing import Final

import pytest

from monitor.core.sentences.limits_crossed import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason, plain
from tests.core.sentences.reads import AFTER, BEFORE, Row, assert_whole, reads

PROTOCOL: Final = Reason("of_protocol", {"protocol": "sl_home", "text": "label"})

ROWS: Final[tuple[Row, ...]] = (
    (
        "beyond",
        {
            "vital": "sbp",
            "value": 184.0,
            "direction": "high",
            "priority": "high",
            "limit": 180.0,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": 120.0,
            "proof": Reason("provisional"),
        },
        (
            "Systolic pressure 184 is at or above the high limit of 180 (protocol sl_home: label), "
            "47 min after the dose; baseline 120, +64. Provisional: a repeat is asked for."
        ),
    ),
    (
        "beyond",
        {
            "vital": "hr",
            "value": 44.0,
            "direction": "low",
            "priority": "low",
            "limit": 45.0,
            "source": PROTOCOL,
            "when": BEFORE,
            "baseline": None,
            "proof": None,
        },
        (
            "Heart rate 44 is below the low-alarm limit of 45 (protocol sl_home: label), before "
            "the dose."
        ),
    ),
    (
        "beyond",
        {
            "vital": "temp",
            "value": 35.04,
            "direction": "low",
            "priority": "medium",
            "limit": 35.5,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": 36.54,
            "proof": Reason("repeated"),
        },
        (
            "Temperature 35 is below the medium limit of 35.5 (protocol sl_home: label), 47 min "
            "after the dose; baseline 36.5, \u22121.5. Confirmed by a repeat."
        ),
    ),
    (
        "over_baseline",
        {
            "vital": "sbp",
            "value": 184.0,
            "priority": "high",
            "limit": 165.0,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": 120.0,
            "proof": None,
        },
        (
            "Systolic pressure 184 is 64 above the baseline of 120; the high limit over the "
            "baseline is 165 (protocol sl_home: label), 47 min after the dose."
        ),
    ),
    (
        "over_baseline",
        {
            "vital": "temp",
            "value": 38.2,
            "priority": "low",
            "limit": 38.04,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": 36.54,
            "proof": Reason("no_repeat"),
        },
        (
            "Temperature 38.2 is 1.7 above the baseline of 36.5; the low-alarm limit over the "
            "baseline is 38 (protocol sl_home: label), 47 min after the dose. No repeat came in "
            "time."
        ),
    ),
    (
        "rising",
        {
            "vital": "sbp",
            "value": 172.0,
            "before": 164.0,
            "minutes": 9.6,
            "limit": 160.0,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": None,
        },
        (
            "Systolic pressure rises: 172, and 164 10 min before, all at or above the medium limit "
            "of 160 (protocol sl_home: label), 47 min after the dose."
        ),
    ),
    (
        "rising",
        {
            "vital": "sbp",
            "value": 172.0,
            "before": 164.0,
            "minutes": 10.0,
            "limit": 160.0,
            "source": PROTOCOL,
            "when": AFTER,
            "baseline": 172.0,
        },
        (
            "Systolic pressure rises: 172, and 164 10 min before, all at or above the medium limit "
            "of 160 (protocol sl_home: label), 47 min after the dose; baseline 172, +0."
        ),
    ),
    (
        "was_beyond",
        {
            "vital": "sbp",
            "value": 148.0,
            "was": 184.0,
            "direction": "high",
            "priority": "high",
            "limit": 180.0,
            "moved": False,
            "source": PROTOCOL,
            "when": AFTER,
            "proof": Reason("unconfirmed"),
        },
        (
            "Systolic pressure was 184, at or above the high limit of 180 (protocol sl_home: "
            "label), and 148 after that is not enough to clear it, 47 min after the dose. No "
            "repeat has confirmed it."
        ),
    ),
    (
        "was_beyond",
        {
            "vital": "hr",
            "value": 50.0,
            "was": 40.0,
            "direction": "low",
            "priority": "low",
            "limit": 45.0,
            "moved": True,
            "source": PROTOCOL,
            "when": AFTER,
            "proof": None,
        },
        (
            "Heart rate was 40, beyond the low-alarm limit of that time, which now is 45 (protocol "
            "sl_home: label), and 50 after that is not enough to clear it, 47 min after the dose."
        ),
    ),
    (
        "with_newest",
        {"reason": plain("It is high."), "vital": "temp", "value": 38.04},
        "It is high. Now 38.",
    ),
    (
        "unproven",
        {"reason": plain("It is high."), "why": Reason("stored_before")},
        (
            "It is high. Stored in the cuff, measured before what it sent since. A new measurement "
            "is needed."
        ),
    ),
    (
        "returned",
        {"vital": "sbp", "value": 120.0, "direction": "high", "limit": 150.0, "when": AFTER},
        "Systolic pressure 120 is back below the limit of 150, 47 min after the dose.",
    ),
    (
        "returned",
        {"vital": "hr", "value": 52.0, "direction": "low", "limit": 45.0, "when": AFTER},
        "Heart rate 52 is back above the limit of 45, 47 min after the dose.",
    ),
    (
        "overtaken",
        {
            "vital": "sbp",
            "value": 184.0,
            "direction": "high",
            "limit": 180.0,
            "source": PROTOCOL,
            "minutes": 5.4,
        },
        (
            "Systolic pressure 184 was at or above the high limit of 180 (protocol sl_home: "
            "label), measured 5 min before a reading that came earlier."
        ),
    ),
    (
        "overtaken",
        {
            "vital": "hr",
            "value": 34.0,
            "direction": "low",
            "limit": 35.0,
            "source": PROTOCOL,
            "minutes": 1.0,
        },
        (
            "Heart rate 34 was below the high limit of 35 (protocol sl_home: label), measured 1 "
            "min before a reading that came earlier."
        ),
    ),
    (
        "came_after",
        {"vital": "sbp", "value": 120.0, "when": AFTER},
        (
            "Systolic pressure was 120 after that, by a reading that came before, 47 min after the "
            "dose."
        ),
    ),
    ("provisional", {}, "Provisional: a repeat is asked for."),
    ("no_repeat", {}, "No repeat came in time."),
    ("repeated", {}, "Confirmed by a repeat."),
    ("unconfirmed", {}, "No repeat has confirmed it."),
    ("of_protocol", {"protocol": "sl_home", "text": "label"}, "protocol sl_home: label"),
    (
        "of_protocol",
        {"protocol": "sl_home", "text": "label", "phase": "peak"},
        "protocol sl_home, in the phase peak: label",
    ),
    (
        "of_protocol",
        {
            "protocol": "sl_home",
            "text": "label",
            "phase": None,
            "retaken": Reason("baseline_retaken", {"by": "thea", "when": AFTER}),
        },
        "protocol sl_home: label; baseline taken again by thea, 47 min after the dose",
    ),
    (
        "of_risk",
        {"factor": "hypertension", "text": "guideline"},
        "risk factor, known high blood pressure: guideline",
    ),
    # A factor that is not in the list keeps its own word.
    ("of_risk", {"factor": "gout", "text": "guideline"}, "risk factor, gout: guideline"),
    ("set_by", {"by": "thea", "text": "frail"}, "set by thea: frail"),
    ("and_rising", {"source": PROTOCOL}, "protocol sl_home: label, and rising"),
    (
        "baseline_retaken",
        {"by": "thea", "when": BEFORE},
        "baseline taken again by thea, before the dose",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

"""Reports and corrections read with their author, and end with one full stop."""

from typing import Final

import pytest

from monitor.core.sentences.people.reported import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import AFTER, BEFORE, Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    ("text", {"text": "as typed"}, "as typed"),
    (
        "symptom",
        {"symptom": "chest_pain", "by": "sam", "when": AFTER},
        "Chest pain reported by sam, 47 min after the dose.",
    ),
    (
        "symptom",
        {"symptom": "nausea", "by": "sam", "when": BEFORE},
        "Nausea reported by sam, before the dose.",
    ),
    (
        "help_requested",
        {"by": "sam", "when": AFTER},
        "Help asked for by sam, 47 min after the dose.",
    ),
    ("taken_up", {"by": "thea"}, "Taken up by thea."),
    (
        "dose_corrected",
        {"by": "thea", "text": "read from the wrong line"},
        "thea corrected a dose: read from the wrong line.",
    ),
    (
        "dose_corrected",
        {"by": "thea", "text": "Read from the wrong line."},
        "thea corrected a dose: Read from the wrong line.",
    ),
    (
        "patient_corrected",
        {"by": "thea", "text": "typing error"},
        "thea corrected what is known of the patient: typing error.",
    ),
    (
        "patient_corrected",
        {"by": "thea", "text": "typing error!"},
        "thea corrected what is known of the patient: typing error!",
    ),
    (
        "reading_struck",
        {"by": "thea", "text": "wrong arm"},
        "The reading that raised it was struck out by thea: wrong arm.",
    ),
    (
        "reading_struck",
        {"by": "thea", "text": "Wrong arm?"},
        "The reading that raised it was struck out by thea: Wrong arm?",
    ),
    (
        "value_struck",
        {"vital": "temp", "value": 39.04, "by": "thea", "text": "wrong arm"},
        "Temperature: the reading of 39 that raised it was struck out by thea: wrong arm.",
    ),
    (
        "value_struck",
        {"vital": "sbp", "value": None, "by": "thea", "text": "wrong arm."},
        "Systolic pressure: a reading that raised it was struck out by thea: wrong arm.",
    ),
    (
        "only_reading_struck",
        {"by": "thea"},
        "It is not expected: thea struck out the only reading of it.",
    ),
    ("other_half_against", {}, "The other half of the measurement speaks against it."),
    ("judged_anew", {}, "It was judged anew."),
    (
        "was_old",
        {"why": Reason("stored_for", {"seconds": 600.0})},
        "The reading that raised it was stored in the cuff, measured 10 min ago or more.",
    ),
    (
        "age_unknown",
        {},
        "It waited while the clock of its device was set: how old it is, is not known.",
    ),
    (
        "user_stated",
        {"by": "thea", "user": 1},
        "thea says that the patient is user 1 of the cuff.",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

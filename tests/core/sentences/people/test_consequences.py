"""Consequences of a correction read as whole sentences, and say that decisions remain."""

from typing import Final

import pytest

from monitor.core.sentences.people.consequences import SENTENCES
from monitor.core.vocabulary.reasons import Facts
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    ("nothing_anew", {}, "Nothing else follows from it."),
    (
        "limits_anew",
        {},
        (
            "Limits and the conditions for a dose and the close go by it from now on. What was "
            "decided stands."
        ),
    ),
    (
        "gates_anew",
        {},
        "The conditions for a dose and the close go by it from now on. What was decided stands.",
    ),
    (
        "times_anew",
        {},
        (
            "Phases, readings due, the conditions for a further dose and the close, and the "
            "expected course count from the corrected time from now on, and the baseline is of "
            "what was measured before it. What was decided stands."
        ),
    ),
    (
        "course_anew",
        {},
        "The total and the expected course go by it from now on. What was decided stands.",
    ),
    (
        "reading_left_out",
        {},
        (
            "The reading counts no longer: not in the baseline, not in alarms, not in what a dose "
            "or the close waits for. What was decided stands."
        ),
    ),
    (
        "device_swapped",
        {},
        (
            "What the new one sends counts from now on; its clock and its memory begin anew. What "
            "the old one measured stands."
        ),
    ),
    ("record_only", {}, "The session is closed: what was decided stands."),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

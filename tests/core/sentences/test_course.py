"""The course after a dose reads with figures, minutes and the route that it is judged by."""

from typing import Final

import pytest

from monitor.core.sentences.course import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import AFTER, Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "higher_than_expected",
        {
            "vital": "sbp",
            "value": 171.0,
            "baseline": 120.0,
            "rise": 38.4,
            "when": AFTER,
            "route": "sublingual",
        },
        (
            "Systolic pressure 171 is 51 above the baseline of 120; 38 at most is expected 47 min "
            "after the dose (sublingual)."
        ),
    ),
    (
        "higher_than_expected",
        {
            "vital": "temp",
            "value": 38.26,
            "baseline": 36.54,
            "rise": 0.96,
            "when": AFTER,
            "route": "nasal",
        },
        (
            "Temperature 38.3 is 1.7 above the baseline of 36.5; 1 at most is expected 47 min "
            "after the dose (nasal)."
        ),
    ),
    (
        "later_than_expected",
        {
            "vital": "dbp",
            "value": 99.0,
            "baseline": 79.6,
            "doses": 1,
            "when": AFTER,
            "falling": 44.6,
            "route": "sublingual",
        },
        (
            "Diastolic pressure 99 is the highest since the dose, 19 above the baseline of 80, 47 "
            "min after the dose; from 45 min on it is expected to be well on its way down "
            "(sublingual)."
        ),
    ),
    (
        "later_than_expected",
        {
            "vital": "hr",
            "value": 112.0,
            "baseline": 68.0,
            "doses": 2,
            "when": Reason("after_dose", {"minutes": 60, "dose": 2, "doses": 2}),
            "falling": 45.0,
            "route": "sublingual",
        },
        (
            "Heart rate 112 is the highest since the last dose, 44 above the baseline of 68, 60 "
            "min after the last dose; from 45 min on it is expected to be well on its way down "
            "(sublingual)."
        ),
    ),
    (
        "back_to_expected",
        {"vital": "temp", "value": 37.04},
        "Temperature 37 is back within what is expected.",
    ),
    (
        "of_further_dose",
        {"vital": "sbp", "value": 150.0},
        "Systolic pressure 150 belongs to a further dose.",
    ),
    (
        "lower_again",
        {"vital": "map", "value": 101.3},
        "Mean pressure 101 is lower than it was before.",
    ),
    (
        "not_recovering",
        {
            "sbp": 158.0,
            "dbp": 94.0,
            "base_sbp": 120.0,
            "base_dbp": 78.0,
            "percent": 20,
            "minutes": 30.2,
            "when": AFTER,
        },
        (
            "Blood pressure 158/94 has been more than 20% above the baseline of 120/78 for 30 min, "
            "47 min after the dose; by now it should be coming down."
        ),
    ),
    (
        "not_recovering",
        {
            "sbp": 158.0,
            "dbp": None,
            "base_sbp": 120.53,
            "base_dbp": 78.0,
            "percent": 20,
            "minutes": 45.0,
            "when": AFTER,
        },
        (
            "Blood pressure 158/\u2013 has been more than 20% above the baseline of 120.5/78 for "
            "45 min, 47 min after the dose; by now it should be coming down."
        ),
    ),
    (
        "recovered",
        {"sbp": 130.0, "dbp": 82.0, "percent": 20},
        "Blood pressure 130/82 is back within 20% of the baseline.",
    ),
    (
        "recovered",
        {"sbp": None, "dbp": 82.0, "percent": 20},
        "Blood pressure \u2013/82 is back within 20% of the baseline.",
    ),
    ("of_expected_course", {}, "the expected course"),
    ("of_recovery", {}, "course after ketamine"),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

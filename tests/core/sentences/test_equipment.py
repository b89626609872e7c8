"""Devices read with their names, since when, how much is missing, and how far a clock is off."""

from typing import Final

import pytest

from monitor.core.sentences.equipment import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import AFTER, Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "no_data",
        {"vital": "hr", "since": None, "standing": False},
        "No heart rate comes. Heart rate is not watched.",
    ),
    (
        "no_data",
        {"vital": "dbp", "since": AFTER, "standing": True},
        (
            "No blood pressure comes since 47 min after the dose. Blood pressure is not watched. "
            "The alarm on it stands and is not cleared by silence."
        ),
    ),
    ("data_back", {"vital": "sbp"}, "Blood pressure comes again."),
    (
        "not_expected",
        {"vital": "hr", "by": "thea"},
        "Heart rate is not expected: thea took out the device that measures it.",
    ),
    (
        "bp_overdue",
        {"when": AFTER},
        "The pressure reading 47 min after the dose is overdue.",
    ),
    ("bp_taken", {}, "The pressure reading that was due is in."),
    (
        "device_removed",
        {"device": "strap", "by": "thea"},
        "Device strap was taken out of the session by thea.",
    ),
    (
        "device_offline",
        {"device": "strap", "since": None},
        "Device strap is offline. What it measures is not watched.",
    ),
    (
        "device_offline",
        {"device": "strap", "since": AFTER},
        "Device strap is offline since 47 min after the dose. What it measures is not watched.",
    ),
    ("device_back", {"device": "strap"}, "Device strap is back."),
    (
        "device_flooding",
        {"device": "strap", "since": None},
        (
            "Device strap sends more than it should. Its newest readings are judged first, and the "
            "rest wait. Restart it, or take it out of the session and use another."
        ),
    ),
    (
        "device_flooding",
        {"device": "strap", "since": AFTER},
        (
            "Device strap sends more than it should since 47 min after the dose. Its newest "
            "readings are judged first, and the rest wait. Restart it, or take it out of the "
            "session and use another."
        ),
    ),
    (
        "flood_over",
        {"device": "strap", "seconds": None, "dropped": 0},
        "Device strap sends as usual again.",
    ),
    (
        "flood_over",
        {"device": "strap", "seconds": 90.0, "dropped": 0},
        "Device strap sends as usual again, after 90 s.",
    ),
    (
        "flood_over",
        {"device": "strap", "seconds": 180.0, "dropped": 412},
        "Device strap sends as usual again, after 3 min. 412 of its readings were dropped.",
    ),
    (
        "late_data",
        {"device": "cuff", "late": Reason("too_old", {"seconds": 900.0})},
        (
            "Readings of device cuff come late, the newest measured 15 min before it was received. "
            "They are kept, and not watched."
        ),
    ),
    ("in_time_again", {"device": "cuff"}, "Readings of device cuff come in time again."),
    (
        "numbers_missing",
        {"device": "strap", "count": 1, "first": 7, "last": 7},
        "Missing from device strap: 1 reading (number 7). What was in them is unknown.",
    ),
    (
        "numbers_missing",
        {"device": "strap", "count": 3, "first": 7, "last": 9},
        "Missing from device strap: 3 readings (numbers 7 to 9). What was in them is unknown.",
    ),
    (
        "numbers_missing",
        {"device": "strap", "count": 2, "first": 7, "last": 9},
        (
            "Missing from device strap: 2 readings (between numbers 7 and 9). What was in them is "
            "unknown."
        ),
    ),
    (
        "numbers_lost",
        {"device": "strap", "count": 1},
        "Recorded as lost from device strap: 1 reading.",
    ),
    (
        "numbers_lost",
        {"device": "strap", "count": 2},
        "Recorded as lost from device strap: 2 readings.",
    ),
    ("numbers_found", {"device": "strap"}, "Device strap has sent what was missing."),
    (
        "counts_by",
        {"device": "strap", "step": 2},
        "Device strap counts by 2: nothing is missing.",
    ),
    (
        "number_reused",
        {"device": "strap", "seq": 7},
        (
            "Device strap sent number 7 again with other content. Such readings are judged as new "
            "ones."
        ),
    ),
    (
        "number_constant",
        {"device": "strap", "seq": 0},
        "Device strap gives each reading the number 0. Such readings are judged as new ones.",
    ),
    (
        "clock_skew",
        {"device": "cuff", "behind_s": 3600.0, "placed": "received"},
        (
            "The clock of device cuff is 60 min behind. Its readings are placed by when they were "
            "received."
        ),
    ),
    (
        "clock_skew",
        {"device": "cuff", "behind_s": -7200.0, "placed": "unknown"},
        (
            "The clock of device cuff is 2 h ahead. Whether its readings are of now is not known: "
            "they raise alarms, and end none."
        ),
    ),
    (
        "clock_skew",
        {"device": "cuff", "behind_s": 45.0, "placed": "as_old"},
        "The clock of device cuff is 45 s behind. Its readings are taken for as old as they say.",
    ),
    ("clock_right", {"device": "cuff"}, "The clock of device cuff is right again."),
    (
        "clock_set_right",
        {"device": "cuff", "was_s": 300.0},
        "The clock of device cuff was set right: it had been 5 min behind.",
    ),
    (
        "clock_set_right",
        {"device": "cuff", "was_s": -300.0},
        "The clock of device cuff was set right: it had been 5 min ahead.",
    ),
    (
        "clock_set",
        {"device": "cuff", "was_s": 3600.0, "is_s": 2.0, "right": True},
        "The clock of device cuff was set ahead by 60 min: it is as good as right now.",
    ),
    (
        "clock_set",
        {"device": "cuff", "was_s": -60.0, "is_s": 540.0, "right": False},
        "The clock of device cuff was set back by 10 min: it is 9 min behind now.",
    ),
    (
        "clock_set",
        {"device": "cuff", "was_s": 120.0, "is_s": -180.0, "right": False},
        "The clock of device cuff was set ahead by 5 min: it is 3 min ahead now.",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

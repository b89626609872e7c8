"""Trouble with a sensor reads with its device, how often it happened, and the doubt."""

from typing import Final

import pytest

from monitor.core.sentences.sensors import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import AFTER, Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "no_contact",
        {"device": "strap", "since": None},
        "Device strap has had no skin contact. Its readings are doubtful.",
    ),
    (
        "no_contact",
        {"device": "strap", "since": AFTER},
        (
            "Device strap has had no skin contact since 47 min after the dose. Its readings are "
            "doubtful."
        ),
    ),
    ("contact_again", {"device": "strap"}, "Device strap has skin contact again."),
    (
        "contact_bit_wrong",
        {"device": "strap"},
        (
            "Device strap says that it has no skin contact, but its heart rate has lived for a "
            "minute: what it says of contact is wrong, and counts no more."
        ),
    ),
    (
        "cuff_reports",
        {"device": "cuff", "flags": ("movement",), "times": 1, "measured": True},
        "Device cuff reports: the arm moved. The reading is doubtful.",
    ),
    (
        "cuff_reports",
        {
            "device": "cuff",
            "flags": ("cuff_loose", "irregular_pulse"),
            "times": 2,
            "measured": False,
        },
        (
            "Device cuff reports: cuff loose, irregular pulse, 2 times in a row. No reading came "
            "of it."
        ),
    ),
    ("measures_well", {"device": "cuff"}, "Device cuff measures well again."),
    (
        "stream_doubtful",
        {"device": "strap", "vital": "hr", "since": None, "why": Reason("no_skin")},
        "Heart rate of device strap is doubtful, the last: the sensor reports no skin contact.",
    ),
    (
        "stream_doubtful",
        {
            "device": "strap",
            "vital": "hr",
            "since": AFTER,
            "why": Reason("rate_jump", {"was": 70.0, "value": 150.0, "seconds": 2.0}),
        },
        (
            "Heart rate of device strap is doubtful since 47 min after the dose, the last: it rose "
            "from 70 to 150 within 2 s."
        ),
    ),
    (
        "stream_impossible",
        {
            "device": "strap",
            "vital": "hr",
            "count": 3,
            "seconds": 60.0,
            "why": Reason("missing_value", {"vital": "hr", "value": 0.0}),
        },
        (
            "Device strap sent 3 impossible readings of heart rate within 60 s, the last: Heart "
            "rate 0 stands for a missing value, it is none."
        ),
    ),
    (
        "stream_believable",
        {"device": "strap", "vital": "hr"},
        "Heart rate of device strap is believable again.",
    ),
    (
        "singles_doubtful",
        {
            "device": "cuff",
            "vital": "dbp",
            "count": 3,
            "why": Reason("odd_width", {"width": 12.0}),
        },
        (
            "The last 3 readings of blood pressure of device cuff are impossible or doubtful, the "
            "newest: pulse pressure 12 is unusual."
        ),
    ),
    (
        "singles_believable",
        {"device": "cuff", "vital": "sbp"},
        "Blood pressure of device cuff is believable again.",
    ),
    (
        "cuff_failed",
        {"device": "cuff", "count": 1, "flags": (), "lost": ()},
        "The cuff cuff measured and failed.",
    ),
    (
        "cuff_failed",
        {"device": "omron", "count": 2, "flags": ("movement", "cuff_loose"), "lost": ()},
        "The cuff omron measured and failed, 2 times in a row: the arm moved, cuff loose.",
    ),
    (
        "cuff_failed",
        {"device": "omron", "count": 1, "flags": ("pulse_out_of_range",), "lost": ("dbp",)},
        (
            "The cuff omron measured and failed: pulse out of the cuff's range. Only the other "
            "half came: the diastolic of the same measurement failed."
        ),
    ),
    ("cuff_flags", {"flags": ("improper_position",)}, "improper position"),
    ("cuff_flags", {"flags": ("movement", "irregular_pulse")}, "the arm moved, irregular pulse"),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

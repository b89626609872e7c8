"""Doubts read as phrases: they begin small, have no full stop, and can follow each other."""

from typing import Final

import pytest

from monitor.core.sentences.doubts import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "both",
        {"first": Reason("no_skin"), "second": Reason("own_beats", {"rate": 61.6})},
        "the sensor reports no skin contact; the intervals between its own beats make it 62",
    ),
    (
        "missing_value",
        {"vital": "temp", "value": 0.0},
        "Temperature 0 stands for a missing value, it is none",
    ),
    (
        "out_of_range",
        {"vital": "temp", "value": 29.9},
        "Temperature 29.9 is impossible: outside 30 to 43 Cel",
    ),
    (
        "out_of_range",
        {"vital": "hr", "value": 241.0},
        "Heart rate 241 is impossible: outside 25 to 240 /min",
    ),
    ("no_skin", {}, "the sensor reports no skin contact"),
    ("cuff_doubts", {"flags": ("movement",)}, "the cuff reports: the arm moved"),
    (
        "cuff_doubts",
        {"flags": ("cuff_loose", "irregular_pulse")},
        "the cuff reports: cuff loose, irregular pulse",
    ),
    ("half_impossible", {"half": "sbp"}, "the systolic of the same reading is impossible"),
    ("half_impossible", {"half": "dbp"}, "the diastolic of the same reading is impossible"),
    ("halves_impossible", {}, "systolic or diastolic of the same reading is impossible"),
    ("too_narrow", {"width": 4.0}, "systolic only 4 above diastolic is impossible"),
    ("odd_width", {"width": 112.0}, "pulse pressure 112 is unusual"),
    (
        "mean_outside",
        {"mean": 130.0, "low": 80.0, "high": 120.0},
        "mean 130 is not between 80 and 120",
    ),
    ("mean_unfit", {"mean": 118.0, "low": 80.0, "high": 120.0}, "mean 118 does not fit 120/80"),
    ("same_pressures", {}, "the very same systolic, diastolic and mean as the reading before"),
    (
        "pressure_jump",
        {"half": "dbp", "was": 80.0, "minutes": 1},
        "diastolic was 80 1 min before",
    ),
    (
        "other_pulse",
        {"pulse": 64.0, "rate": 98.0},
        "the cuff counts a pulse of 64, the heart rate is 98",
    ),
    (
        "stuck_moving",
        {"value": 72.0, "minutes": 2.0},
        "heart rate 72 has not moved for 2 min, but the wearer has",
    ),
    (
        "stuck_lively",
        {"value": 72.0, "minutes": 2.5},
        "heart rate 72 has not moved for 2.5 min, after it moved all the time",
    ),
    (
        "stuck_long",
        {"value": 72.0, "minutes": 10.0, "readings": 600},
        "heart rate 72 has not moved for 10 min, in 600 readings",
    ),
    (
        "rate_jump",
        {"was": 70.0, "value": 150.0, "seconds": 2.4},
        "it rose from 70 to 150 within 2 s",
    ),
    (
        "rate_jump",
        {"was": 150.0, "value": 70.0, "seconds": 1.0},
        "it fell from 150 to 70 within 1 s",
    ),
    ("other_rate", {"other": "strap", "rate": 70.0}, "strap says 70 at the same time"),
    ("other_rate", {"other": "", "rate": 70.0}, "a typed reading says 70 at the same time"),
    ("own_beats", {"rate": 143.4}, "the intervals between its own beats make it 143"),
    ("replayed", {}, "replayed by the broker (retained): history"),
    ("too_old", {"seconds": 45.0}, "measured 45 s before it was received"),
    ("too_old", {"seconds": 172_800.0}, "measured 2 days before it was received"),
    ("clock_unknown", {}, "how far the clock of the device is off is not known yet"),
    (
        "clock_then_unknown",
        {},
        "how far the clock of the device was off when it was sent is not known",
    ),
    ("unit_unknown", {}, "in which unit the device counts its time is not known yet"),
    (
        "dated_ahead",
        {"seconds": 600.0},
        "the device dates it 10 min ahead; the time of receipt is used",
    ),
    (
        "always_as_old",
        {"seconds": 7200.0},
        "the device dates it 2 h back, as each one before: its clock may be so far behind",
    ),
    (
        "old_or_set",
        {"seconds": 600.0},
        "it is 10 min old, or the clock of the device was set back: which of them is not known yet",
    ),
    (
        "off_or_waited",
        {"behind_s": 0.4, "right": True},
        "its clock is right, or farther ahead and it waited: not known yet",
    ),
    (
        "off_or_waited",
        {"behind_s": -600.0, "right": False},
        "its clock is 10 min ahead, or farther ahead and it waited: not known yet",
    ),
    (
        "off_or_waited",
        {"behind_s": 600.0, "right": False},
        "its clock is 10 min behind, or farther ahead and it waited: not known yet",
    ),
    (
        "waited_or_set",
        {"seconds": 600.0},
        (
            "it waited for 10 min, or the clock of the device was set back: which of them is not "
            "known yet"
        ),
    ),
    (
        "gap_or_set",
        {"seconds": 600.0},
        (
            "it waited, and 10 min were missing before it: the device sent nothing, or its clock "
            "was set ahead: which of them is not known yet"
        ),
    ),
    (
        "set_or_waited",
        {"behind_s": 0.0, "right": True},
        "the clock of the device was set and is right, or less and it waited: not known yet",
    ),
    (
        "set_or_waited",
        {"behind_s": 300.0, "right": False},
        "the clock of the device was set and is 5 min behind, or less and it waited: not known yet",
    ),
    (
        "set_or_waited",
        {"behind_s": -300.0, "right": False},
        "the clock of the device was set and is 5 min ahead, or less and it waited: not known yet",
    ),
    (
        "waited_over_step",
        {},
        "it waited while the clock of its device was set: how old it is, is not known",
    ),
    (
        "record_of_unknown_age",
        {"user": None},
        "its age is unknown, it may have been stored in the cuff",
    ),
    (
        "record_of_unknown_age",
        {"user": 0},
        "its age is unknown, it may have been stored in the cuff (user 0 of the cuff)",
    ),
    ("stored_before", {}, "stored in the cuff, measured before what it sent since"),
    ("stored_for", {"seconds": 5400.0}, "stored in the cuff, measured 90 min ago or more"),
    (
        "records_stored",
        {"count": 1, "why": Reason("stored_before")},
        "A reading stored in the cuff, measured before what it sent since. Kept, and not watched.",
    ),
    (
        "records_stored",
        {"count": 3, "why": Reason("stored_for", {"seconds": 86_400.0})},
        "3 readings, each stored in the cuff, measured 24 h ago or more. Kept, and not watched.",
    ),
    (
        "other_user",
        {"user": 2, "patient": 1},
        "it is of user 2 of the cuff, and the patient is user 1",
    ),
    (
        "struck_out",
        {"by": "thea", "text": "wrong arm", "closed": False},
        "struck out by thea: wrong arm",
    ),
    (
        "struck_out",
        {"by": "thea", "text": "wrong arm", "closed": True},
        "struck out by thea: wrong arm (after the close; what was decided stands)",
    ),
    ("half_lost", {"lost": ("sbp",)}, "the systolic of the same measurement failed"),
    (
        "half_lost",
        {"lost": ("dbp", "map")},
        "the diastolic and mean of the same measurement failed",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

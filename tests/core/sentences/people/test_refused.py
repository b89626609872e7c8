"""Refusals read as whole sentences; those of a shut gate go on after a colon."""

from typing import Final

import pytest

from monitor.core.sentences.people.refused import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    ("session_closed", {}, "This session is closed."),
    ("opened_twice", {}, "A session is opened once."),
    ("dose_waits", {}, "The dose waits"),
    ("second_dose_waits", {}, "The second dose waits"),
    ("session_stays_open", {}, "The session stays open"),
    (
        "more_than_given",
        {"reason": Reason("second_dose_waits")},
        "The second dose waits, for more than the reason was given for",
    ),
    ("dose_ahead", {}, "A dose cannot be recorded ahead of its time."),
    (
        "dose_long_ago",
        {"minutes": 30},
        "A dose can be recorded at most 30 min after it was taken.",
    ),
    ("later_dose_recorded", {}, "A later dose is already on the record."),
    ("no_such_dose", {}, "There is no such dose on the record."),
    ("recorded_so", {}, "This is what stands on the record already."),
    ("corrected_ahead", {}, "A dose cannot lie ahead of its time."),
    (
        "before_opening",
        {},
        "A dose of this session cannot be from so long before it was opened.",
    ),
    ("before_other_dose", {}, "The dose before it was later: correct that one first."),
    ("after_other_dose", {}, "The dose after it was earlier: correct that one first."),
    ("no_birth_year", {}, "The year of birth is none."),
    ("risks_not_listed", {}, "The risk factors are not all in the list."),
    ("struck_before", {}, "This reading was struck out already."),
    (
        "sent_by_device",
        {},
        "A device sent this reading. Only what a person typed can be struck out.",
    ),
    ("no_own_limit", {}, "Nobody has set a limit here, so there is none to take back."),
    (
        "limit_impossible",
        {"vital": "temp", "value": 43.5},
        "Temperature 43.5 is impossible: a limit lies between 30 and 43 Cel.",
    ),
    (
        "limit_not_stricter",
        {
            "vital": "sbp",
            "priority": "low",
            "limit": 150.0,
            "source": Reason("set_by", {"by": "thea", "text": "frail"}),
        },
        (
            "The low limit of 150 (set by thea: frail) is as strict. A limit for one session can "
            "only be stricter; another protocol may be laxer."
        ),
    ),
    (
        "limit_not_stricter",
        {
            "vital": "temp",
            "priority": "high",
            "limit": 38.54,
            "source": Reason("of_protocol", {"protocol": "sl_home", "text": "label"}),
        },
        (
            "The high limit of 38.5 (protocol sl_home: label) is as strict. A limit for one "
            "session can only be stricter; another protocol may be laxer."
        ),
    ),
    ("not_a_vital_sign", {"word": "pulse"}, "pulse is not a vital sign."),
    (
        "nothing_measured",
        {},
        "Nothing was measured yet, so there is no baseline to take again.",
    ),
    (
        "too_few_readings",
        {"vital": None},
        (
            "The last 15 min hold too few clean readings for a baseline. Measure, a minute apart, "
            "and take it again then."
        ),
    ),
    (
        "too_few_readings",
        {"vital": "sbp"},
        (
            "The last 15 min hold too few clean readings of systolic pressure for a baseline. "
            "Measure, a minute apart, and take it again then."
        ),
    ),
    ("not_a_symptom", {"word": "hunger"}, "hunger is not in the list of symptoms."),
    (
        "not_a_check",
        {"word": "moon", "known": ("sound", "sitter")},
        "moon is none of the checks: sound, sitter.",
    ),
    ("supervises_already", {"name": "thea"}, "thea supervises this session already."),
    (
        "not_offered",
        {"name": "thea"},
        "thea supervises this session and has not offered it: say why.",
    ),
    ("no_alarm", {"alarm": "e-1-99"}, "There is no alarm e-1-99 in this session."),
    ("alarm_of_closed", {}, "The session of this alarm is closed."),
    ("taken_before", {}, "This alarm waits for nobody any more."),
    (
        "declined_in_vain",
        {},
        "This waits for nobody any more; nobody else was told.",
    ),
    ("link_closed", {"state": "used"}, "This link is used; nothing was done by it."),
    ("link_closed", {"state": "expired"}, "This link is expired; nothing was done by it."),
    ("link_closed", {"state": "over"}, "This link is over; nothing was done by it."),
    (
        "link_closed",
        {"state": "changed"},
        "This link is of a test that went to other addresses; nothing was done by it.",
    ),
    ("not_serving", {"device": "cuff"}, "Device cuff does not serve this session."),
    ("age_known", {}, "The age of this reading is known."),
    ("record_old", {"seconds": 59.0}, "This reading came 59 s ago. Measure again."),
    ("record_old", {"seconds": 640.0}, "This reading came 11 min ago. Measure again."),
    ("no_such_record", {}, "There is no such reading of a cuff."),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

"""Requests that are refused read as sentences, or go on after the name of a field."""

from typing import Final

import pytest

from monitor.core.sentences.people.unacceptable import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    ("no_such_id", {"thing": "patient"}, "There is no patient of that id."),
    ("no_such", {"thing": "rota"}, "There is no such rota."),
    ("no_such_name", {"thing": "user", "name": "thea"}, "There is no user thea."),
    ("no_such_session", {}, "There is no session with this id."),
    ("no_open_session", {}, "There is no open session with this id."),
    ("no_such_reading", {}, "There is no such reading in this session."),
    (
        "no_such_protocol",
        {"known": ("sl_home",)},
        "There is no such protocol. Known: sl_home.",
    ),
    (
        "no_such_protocol",
        {"known": ("esk_nasal", "sl_home")},
        "There is no such protocol. Known: esk_nasal, sl_home.",
    ),
    (
        "register_first",
        {"device": "cuff"},
        "There is no device cuff. Register it first.",
    ),
    (
        "exists_already",
        {"thing": "user", "name": "thea"},
        "There is a user thea already.",
    ),
    (
        "looks_alike",
        {"thing": "user", "name": "Thea", "known": "thea"},
        (
            "There is a user thea already. Thea looks like it: what differs only by case, accents, "
            "blanks, dashes or letters that look alike is one."
        ),
    ),
    (
        "browser_of_another",
        {},
        "This subscription is another user's. Let the browser make a new one.",
    ),
    ("user_exists", {}, "There is a user already."),
    (
        "last_admin",
        {"name": "thea"},
        (
            "thea is the last administrator who may sign in, and stays one. First add another "
            "(dosing-monitor user add NAME --role admin) or make somebody one (dosing-monitor user "
            "change NAME --role admin)."
        ),
    ),
    (
        "device_deactivated",
        {"device": "cuff"},
        "Device cuff is deactivated: activate it first.",
    ),
    (
        "device_in_session",
        {"device": "cuff", "session": "e-1"},
        "Device cuff has an open encounter already: e-1.",
    ),
    (
        "device_serves",
        {"device": "cuff", "session": "e-1"},
        "Device cuff serves the open session e-1.",
    ),
    (
        "device_serves_still",
        {"device": "cuff", "session": "e-1"},
        "Device cuff serves the open session e-1. Take it out first.",
    ),
    (
        "device_serves_another",
        {"device": "cuff"},
        "Device cuff serves another open session.",
    ),
    ("session_closing", {}, "This session is being closed. Try again."),
    ("not_listed", {"known": ("a", "b")}, "It is not in the list: a, b."),
    (
        "not_one_of",
        {"word": "c", "known": ("a", "b")},
        "c is not one of a, b.",
    ),
    ("each_one_of", {"known": ("a", "b")}, "each must be one of a, b."),
    ("moment_ahead", {}, "It lies in the future."),
    ("moment_long_ago", {"minutes": 15}, "It lies more than 15 min back."),
    ("year_ahead", {}, "lies in the future."),
    (
        "may_not_supervise",
        {"name": "sam"},
        "sam is nobody who may run a session.",
    ),
    (
        "clock_not_real",
        {},
        "The service's clock is not real: only test and demo sessions.",
    ),
    (
        "site_not_served",
        {"known": ("north", "south")},
        "This service serves north, south.",
    ),
    (
        "id_of_service",
        {},
        "is the name of an account or topic of the service; choose another.",
    ),
    ("same_password", {}, "must be another than the one until now."),
    ("passwords_differ", {}, "The two passwords are not the same."),
    (
        "browser_unusable",
        {"why": Reason("push_not_https")},
        "a push service is spoken to by https only.",
    ),
    (
        "address_unusable",
        {"number": 1, "cause": "no host"},
        "address 1 cannot be used: no host.",
    ),
    (
        "address_of_several",
        {"number": 2, "count": 3},
        "address 2 has 3 recipients: give each its own.",
    ),
    (
        "no_time_zone",
        {"name": "Lisbon"},
        "Lisbon is not the name of a time zone, such as Europe/Lisbon.",
    ),
    (
        "foreign_cursor",
        {},
        "The cursor is not one that a listing gave out.",
    ),
    (
        "tested_just_now",
        {"name": "Anna"},
        "Anna was sent a test a moment ago. Wait for it, then try again.",
    ),
    (
        "tested_often",
        {"name": "Anna", "count": 5, "minutes": 60, "seconds": 90},
        "Anna was sent 5 test notices in the last 60 minutes. Try again in 90 seconds.",
    ),
    (
        "tests_often",
        {"count": 20, "minutes": 60, "seconds": 90},
        "You sent 20 test notices in the last 60 minutes. Try again in 90 seconds.",
    ),
    (
        "not_written",
        {},
        "The database does not take this now. It may still be saved: look before you repeat it.",
    ),
    (
        "no_database",
        {},
        "The database does not answer at the moment. Try again.",
    ),
    (
        "passwords_wait",
        {},
        "Too many passwords are being checked. Try again.",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)

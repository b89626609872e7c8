"""Why a notice did not arrive, is not sent, or was cancelled: each ends a sentence."""

from typing import Final

import pytest

from monitor.core.sentences.people.undelivered import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import Row, assert_whole, reads

BY_THEA: Final = Reason("acknowledged_by", {"by": "thea"})

ROWS: Final[tuple[Row, ...]] = (
    ("earlier_attempts_wait", {}, "earlier attempts still wait for an answer"),
    ("no_answer", {"seconds": None}, "no answer in time"),
    ("no_answer", {"seconds": 10.0}, "no answer within 10 s"),
    ("no_connection", {}, "no connection"),
    ("no_push_connection", {}, "no connection to the push service"),
    ("host_unknown", {}, "the name of its host is not known"),
    ("answered", {"status": 503}, "it answered 503"),
    ("push_answered", {"status": 0}, "the push service answered 0"),
    ("not_taken", {}, "it was not taken"),
    ("browser_withdrawn", {}, "this browser has withdrawn"),
    ("attempt_failed", {"error": "KeyError", "here": False}, "it failed (KeyError)"),
    ("attempt_failed", {"error": "KeyError", "here": True}, "it failed here (KeyError)"),
    (
        "scheme_not_allowed",
        {"scheme": "ftp"},
        "ftp is not one of the schemes that are allowed here",
    ),
    ("parameters_not_allowed", {"names": ("cto", "rto")}, "it must not use cto, rto"),
    ("address_unreadable", {"scheme": "json"}, "the json address is not one that can be used"),
    ("push_address_unreadable", {}, "the push service's address cannot be read"),
    ("push_not_https", {}, "a push service is spoken to by https only"),
    ("push_host_not_public", {}, "the push service's host is not public"),
    (
        "host_not_public",
        {},
        "its host is not public; the operator can allow it by DOSING_MONITOR_NOTICE_ALLOW",
    ),
    ("quiet_hours", {}, "quiet hours"),
    (
        "other_mode",
        {"mode": "demo"},
        "a session in mode demo: this contact is told of real ones",
    ),
    ("alarm_over", {}, "it is over"),
    ("acknowledged_by", {"by": "thea"}, "acknowledged by thea"),
    ("closed_meanwhile", {}, "the session is closed"),
    ("newer_notice", {}, "a newer notice took its place"),
    ("another_channel", {}, "another channel took it"),
    ("cannot_take_it", {}, "who was told cannot take it"),
    ("contact_changed", {}, "this contact was changed or removed"),
    ("restarted", {}, "the service restarted"),
    ("on_its_way", {}, "it was on its way when it was cancelled"),
    (
        "not_before",
        {"reason": BY_THEA, "why": Reason("answered", {"status": 500})},
        "acknowledged by thea; before that, it answered 500",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_each_sentence_is_tried() -> None:
    assert_whole(ROWS, SENTENCES)

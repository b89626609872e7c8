"""Faults of the service read with their cause in plain words, and with their consequence."""

from typing import Final

import pytest

from monitor.core.sentences.faults import SENTENCES
from monitor.core.vocabulary.reasons import Facts, Reason
from tests.core.sentences.reads import AFTER, BEFORE, Row, assert_whole, reads

ROWS: Final[tuple[Row, ...]] = (
    (
        "fault",
        {"condition": "broker_lost", "since": BEFORE, "cause": ""},
        (
            "The link to the devices is lost, since before the dose. Nothing that devices measure "
            "is watched."
        ),
    ),
    (
        "fault",
        {
            "condition": "broker_lost",
            "since": AFTER,
            "cause": "[Errno 111] Connect call failed ('127.0.0.1', 1883)",
        },
        (
            "The link to the devices is lost, since 47 min after the dose: the broker refused the "
            "connection. Nothing that devices measure is watched."
        ),
    ),
    (
        "fault",
        {"condition": "storage_fault", "since": AFTER, "cause": "[Errno 28] No space left."},
        (
            "The database takes no writes, since 47 min after the dose: the disk is full. What "
            "comes is watched, and is not on the record yet."
        ),
    ),
    (
        "fault",
        {"condition": "storage_fault", "since": AFTER, "cause": "[Errno 5] Input/output error."},
        (
            "The database takes no writes, since 47 min after the dose: Input/output error. What "
            "comes is watched, and is not on the record yet."
        ),
    ),
    (
        "fault",
        {"condition": "notice_failed", "since": AFTER, "cause": ""},
        (
            "Notices do not leave this service, since 47 min after the dose. Nobody elsewhere "
            "hears of an alarm."
        ),
    ),
    (
        "fault",
        {"condition": "broker_contested", "since": AFTER, "cause": ""},
        (
            "The connection to the broker is disputed, since 47 min after the dose. Readings may "
            "go to somebody else, and not be watched."
        ),
    ),
    (
        "fault",
        {"condition": "broker_open", "since": AFTER, "cause": ""},
        (
            "The broker cannot be trusted, since 47 min after the dose. Readings may be anybody's: "
            "compare them with the device's own display."
        ),
    ),
    (
        "fault_over",
        {"condition": "broker_lost", "seconds": None, "cause": ""},
        "The devices can be heard again.",
    ),
    (
        "fault_over",
        {"condition": "broker_lost", "seconds": 119.0, "cause": "timed out"},
        "The devices can be heard again, after 119 s: the broker does not answer.",
    ),
    (
        "fault_over",
        {"condition": "storage_fault", "seconds": 120.0, "cause": ""},
        "The database takes writes again, after 2 min.",
    ),
    (
        "fault_over",
        {"condition": "notice_failed", "seconds": 1.0, "cause": ""},
        "Notices leave again, after 1 s.",
    ),
    (
        "fault_over",
        {"condition": "broker_contested", "seconds": 600.0, "cause": ""},
        "The connection to the broker is undisputed again, after 10 min.",
    ),
    (
        "fault_over",
        {"condition": "broker_open", "seconds": None, "cause": ""},
        "The broker asks everybody for credentials again.",
    ),
    (
        "unattended",
        {"since": AFTER},
        (
            "Nobody has watched this session since 47 min after the dose: no page of somebody who "
            "may act is seen or can be heard."
        ),
    ),
    ("not_running", {}, "the service did not run"),
    ("link_lost", {}, "the link to the devices was lost"),
    ("attended", {}, "Somebody watches this session again."),
    (
        "contact_unreached",
        {"cause": "the mail server does not answer"},
        "A contact could not be told of an alarm: the mail server does not answer.",
    ),
    (
        "contact_unreached",
        {"cause": Reason("no_connection")},
        "A contact could not be told of an alarm: no connection.",
    ),
    ("contact_reached", {}, "This contact can be told again."),
    ("contact_removed", {}, "This contact was taken off the list."),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("Connection refused", "the broker refused the connection"),
        ("[Errno 110] Connect call failed", "the broker does not answer"),
        ("[Errno 100] down", "the network does not reach the broker"),
        ("[Errno 101] down", "the network does not reach the broker"),
        ("[Errno 113] No route to host", "the network does not reach the broker"),
        ("[Errno 104] Connection reset by peer", "the broker ended the connection"),
        ("[Errno 32] Broken pipe", "the broker ended the connection"),
        ("[Errno -2] Name or service not known", "the broker's name cannot be found"),
        ("Temporary failure in name resolution", "the broker's name cannot be found"),
        # 1112 is another number than 111, and 11 than 110.
        ("[Errno 1112] odd", "odd"),
        ("[Errno 11] Resource busy", "Resource busy"),
        ("not authorised.", "not authorised"),
    ],
)
def test_a_cause_reads_in_plain_words_or_without_its_number(cause: str, words: str) -> None:
    facts: Facts = {"condition": "broker_lost", "seconds": None, "cause": cause}
    assert reads("fault_over", facts) == f"The devices can be heard again: {words}."

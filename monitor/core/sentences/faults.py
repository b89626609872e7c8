"""The service itself: its faults, unreached contacts, and sessions that no user watches."""

import re
from typing import Final

from monitor.core.sentences.figures import after, ended
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.words import FaultCondition

_BEGAN: Final[dict[FaultCondition, str]] = {
    "broker_lost": "The link to the devices is lost, since",
    "storage_fault": "The database takes no writes, since",
    "notice_failed": "Notices do not leave this service, since",
    "broker_contested": "The connection to the broker is disputed, since",
    "broker_open": "The broker cannot be trusted, since",
}
_MEANS: Final[dict[FaultCondition, str]] = {
    "broker_lost": "Nothing that devices measure is watched.",
    "storage_fault": "What comes is watched, and is not on the record yet.",
    "notice_failed": "Nobody elsewhere hears of an alarm.",
    "broker_contested": "Readings may go to somebody else, and not be watched.",
    "broker_open": "Readings may be anybody's: compare them with the device's own display.",
}
_OVER: Final[dict[FaultCondition, str]] = {
    "broker_lost": "The devices can be heard again",
    "storage_fault": "The database takes writes again",
    "notice_failed": "Notices leave again",
    "broker_contested": "The connection to the broker is undisputed again",
    "broker_open": "The broker asks everybody for credentials again",
}
# System errors, by number or text, and their meaning for a therapist. The record of the fault
# itself, the log and /readyz keep the system's own text.
_PLAIN: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"errno 111\b|connection refused", "the broker refused the connection"),
        (r"errno 110\b|timed out", "the broker does not answer"),
        (r"errno 1(0[01]|13)\b|unreachable|no route", "the network does not reach the broker"),
        (r"errno (104|32)\b|reset by peer|broken pipe", "the broker ended the connection"),
        (r"errno -\d+\b|name or service|name resolution", "the broker's name cannot be found"),
        (r"errno 28\b|no space left", "the disk is full"),
    )
)
_ERRNO: Final = re.compile(r"\[errno -?\d+\]\s*", re.IGNORECASE)


def fault(condition: FaultCondition, since: str, cause: str) -> str:
    """cause: in the system's own words; "": unknown."""
    return f"{_BEGAN[condition]} {since}{_because(cause)}. {_MEANS[condition]}"


def fault_over(condition: FaultCondition, seconds: float | None, cause: str) -> str:
    """seconds: None where its length is written beside it."""
    return f"{_OVER[condition]}{after(seconds)}{_because(cause)}."


def _because(cause: str) -> str:
    return f": {_plain(cause).rstrip('.')}" if cause else ""


def _plain(cause: str) -> str:
    """Return the cause in plain words, or without the error number."""
    found = next((words for pattern, words in _PLAIN if pattern.search(cause)), None)
    return found or _ERRNO.sub("", cause)


def unattended(since: str) -> str:
    return (
        f"Nobody has watched this session since {since}: no page of somebody who may act is seen "
        "or can be heard."
    )


def attended() -> str:
    return "Somebody watches this session again."


def contact_unreached(cause: str) -> str:
    # No name: the broker's other clients read it too. The ledger beside the alarm has it.
    return ended(f"A contact could not be told of an alarm: {cause}")


def contact_reached() -> str:
    return "This contact can be told again."


def contact_removed() -> str:
    return "This contact was taken off the list."


def not_running() -> str:
    return "the service did not run"


def link_lost() -> str:
    return "the link to the devices was lost"


SENTENCES: Final = table(
    fault, fault_over, not_running, link_lost, unattended, attended, contact_unreached,
    contact_reached, contact_removed,
)  # fmt: skip

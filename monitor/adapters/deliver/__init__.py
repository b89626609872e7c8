"""Notices to the outside: where they may go, and one attempt to send one."""

from monitor.adapters.deliver.addresses import (
    SCHEMES,
    NotAllowed,
    Rules,
    check,
    loopback,
    prepare,
    scheme_of,
)
from monitor.adapters.deliver.sending import ATTEMPT_S, CANARY_URL, Outcome, Sender

__all__ = [
    "ATTEMPT_S",
    "CANARY_URL",
    "SCHEMES",
    "NotAllowed",
    "Outcome",
    "Rules",
    "Sender",
    "check",
    "loopback",
    "prepare",
    "scheme_of",
]

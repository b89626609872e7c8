"""Notices to the outside: where they may go, and one attempt to send one."""

from monitor.adapters.deliver.addresses import (
    SCHEMES,
    NotAllowed,
    Rules,
    check,
    check_endpoint,
    loopback,
    prepare,
    scheme_of,
)
from monitor.adapters.deliver.outcome import Outcome
from monitor.adapters.deliver.push import Browser, Pusher, new_key, public_key
from monitor.adapters.deliver.sending import ATTEMPT_S, CANARY_URL, Sender

__all__ = [
    "ATTEMPT_S",
    "CANARY_URL",
    "SCHEMES",
    "Browser",
    "NotAllowed",
    "Outcome",
    "Pusher",
    "Rules",
    "Sender",
    "check",
    "check_endpoint",
    "loopback",
    "new_key",
    "prepare",
    "public_key",
    "scheme_of",
]

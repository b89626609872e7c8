"""Delivery of notices: which addresses are allowed, and one attempt to send a notice."""

from monitor.adapters.deliver.addresses import (
    SCHEMES,
    NotAllowed,
    Rules,
    check,
    check_endpoint,
    loopback,
    nowhere_else,
    prepare,
    scheme_of,
)
from monitor.adapters.deliver.outcome import Outcome, failed
from monitor.adapters.deliver.push import PUSH, Browser, Pusher, browser_of, new_key, public_key
from monitor.adapters.deliver.sending import ATTEMPT_S, CANARY_URL, Sender

__all__ = [
    "ATTEMPT_S",
    "CANARY_URL",
    "PUSH",
    "SCHEMES",
    "Browser",
    "NotAllowed",
    "Outcome",
    "Pusher",
    "Rules",
    "Sender",
    "browser_of",
    "check",
    "check_endpoint",
    "failed",
    "loopback",
    "new_key",
    "nowhere_else",
    "prepare",
    "public_key",
    "scheme_of",
]

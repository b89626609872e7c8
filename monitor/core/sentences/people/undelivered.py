"""Notices: why one was not sent, did not arrive, or was no longer wanted.

Each is the end of a sentence, without an address.
"""

from typing import Final

from monitor.core.sentences.languages import table
from monitor.core.vocabulary.words import Mode

# --- an attempt -----------------------------------------------------------------------------------


def earlier_attempts_wait() -> str:
    return "earlier attempts still wait for an answer"


def no_answer(seconds: float | None) -> str:
    """seconds: for how long the service waited; None: as long as the connection allows."""
    return "no answer in time" if seconds is None else f"no answer within {seconds:.0f} s"


def no_connection() -> str:
    return "no connection"


def no_push_connection() -> str:
    return "no connection to the push service"


def host_unknown() -> str:
    return "the name of its host is not known"


def answered(status: int) -> str:
    """status: of HTTP."""
    return f"it answered {status}"


def push_answered(status: int) -> str:
    """status: of HTTP; 0: none."""
    return f"the push service answered {status}"


def not_taken() -> str:
    return "it was not taken"


def browser_withdrawn() -> str:
    return "this browser has withdrawn"


def attempt_failed(error: str, *, here: bool) -> str:
    """error: its name; here: in the service itself."""
    return f"it failed here ({error})" if here else f"it failed ({error})"


# --- an address that must not be used -------------------------------------------------------------


def scheme_not_allowed(scheme: str) -> str:
    return f"{scheme} is not one of the schemes that are allowed here"


def parameters_not_allowed(names: tuple[str, ...]) -> str:
    return f"it must not use {', '.join(names)}"


def address_unreadable(scheme: str) -> str:
    return f"the {scheme} address is not one that can be used"


def push_address_unreadable() -> str:
    return "the push service's address cannot be read"


def push_not_https() -> str:
    return "a push service is spoken to by https only"


def push_host_not_public() -> str:
    return "the push service's host is not public"


def host_not_public() -> str:
    return "its host is not public; the operator can allow it by DOSING_MONITOR_NOTICE_ALLOW"


# --- a notice that is not sent --------------------------------------------------------------------


def quiet_hours() -> str:
    return "quiet hours"


def other_mode(mode: Mode) -> str:
    return f"a session in mode {mode}: this contact is told of real ones"


def alarm_over() -> str:
    return "it is over"


def acknowledged_by(by: str) -> str:
    return f"acknowledged by {by}"


def closed_meanwhile() -> str:
    return "the session is closed"


def newer_notice() -> str:
    return "a newer notice took its place"


def another_channel() -> str:
    return "another channel took it"


def cannot_take_it() -> str:
    return "who was told cannot take it"


def contact_changed() -> str:
    return "this contact was changed or removed"


def restarted() -> str:
    return "the service restarted"


def on_its_way() -> str:
    return "it was on its way when it was cancelled"


def not_before(reason: str, why: str) -> str:
    """reason: why it was cancelled; why: why it had not arrived before."""
    return f"{reason}; before that, {why}"


SENTENCES: Final = table(
    earlier_attempts_wait, no_answer, no_connection, no_push_connection, host_unknown, answered,
    push_answered, not_taken, browser_withdrawn, attempt_failed, scheme_not_allowed,
    parameters_not_allowed, address_unreadable, push_address_unreadable, push_not_https,
    push_host_not_public, host_not_public, quiet_hours, other_mode, alarm_over, acknowledged_by,
    closed_meanwhile, newer_notice, another_channel, cannot_take_it, contact_changed, restarted,
    on_its_way, not_before,
)  # fmt: skip

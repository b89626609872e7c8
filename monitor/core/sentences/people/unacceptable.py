"""Requests that are refused before they reach a session: a thing is absent, taken or impossible.

Those about a field begin with the field's name where a person reads them, or are sentences.
"""

from typing import Final

from monitor.core.sentences.figures import ended
from monitor.core.sentences.languages import table

# --- absent ---------------------------------------------------------------------------------------


def no_such_id(thing: str) -> str:
    return f"There is no {thing} of that id."


def no_such(thing: str) -> str:
    return f"There is no such {thing}."


def no_such_name(thing: str, name: str) -> str:
    return f"There is no {thing} {name}."


def no_such_session() -> str:
    return "There is no session with this id."


def no_open_session() -> str:
    return "There is no open session with this id."


def no_such_reading() -> str:
    return "There is no such reading in this session."


def no_such_protocol(known: tuple[str, ...]) -> str:
    return f"There is no such protocol. Known: {', '.join(known)}."


def register_first(device: str) -> str:
    return f"There is no device {device}. Register it first."


# --- taken ----------------------------------------------------------------------------------------


def exists_already(thing: str, name: str) -> str:
    return f"There is a {thing} {name} already."


def looks_alike(thing: str, name: str, known: str) -> str:
    """known: the existing one."""
    return (
        f"There is a {thing} {known} already. {name} looks like it: what differs only by case, "
        "accents, blanks, dashes or letters that look alike is one."
    )


def browser_of_another() -> str:
    return "This subscription is another user's. Let the browser make a new one."


def user_exists() -> str:
    return "There is a user already."


def last_admin(name: str) -> str:
    return (
        f"{name} is the last administrator who may sign in, and stays one. First add another "
        "(dosing-monitor user add NAME --role admin) or make somebody one (dosing-monitor "
        "user change NAME --role admin)."
    )


def device_deactivated(device: str) -> str:
    return f"Device {device} is deactivated: activate it first."


def device_in_session(device: str, session: str) -> str:
    return f"Device {device} has an open encounter already: {session}."


def device_serves(device: str, session: str) -> str:
    return f"Device {device} serves the open session {session}."


def device_serves_still(device: str, session: str) -> str:
    return f"Device {device} serves the open session {session}. Take it out first."


def device_serves_another(device: str) -> str:
    return f"Device {device} serves another open session."


def session_closing() -> str:
    return "This session is being closed. Try again."


# --- impossible -----------------------------------------------------------------------------------


def not_listed(known: tuple[str, ...]) -> str:
    return f"It is not in the list: {', '.join(known)}."


def not_one_of(word: str, known: tuple[str, ...]) -> str:
    return f"{word} is not one of {', '.join(known)}."


def each_one_of(known: tuple[str, ...]) -> str:
    return f"each must be one of {', '.join(known)}."


def moment_ahead() -> str:
    return "It lies in the future."


def moment_long_ago(minutes: int) -> str:
    return f"It lies more than {minutes} min back."


def year_ahead() -> str:
    return "lies in the future."


def may_not_supervise(name: str) -> str:
    return f"{name} is nobody who may run a session."


def clock_not_real() -> str:
    return "The service's clock is not real: only test and demo sessions."


def site_not_served(known: tuple[str, ...]) -> str:
    return f"This service serves {', '.join(known)}."


def id_of_service() -> str:
    return "is the name of an account or topic of the service; choose another."


def same_password() -> str:
    return "must be another than the one until now."


def passwords_differ() -> str:
    return "The two passwords are not the same."


def address_unusable(number: int, cause: str) -> str:
    """number: from 1."""
    return ended(f"address {number} cannot be used: {cause}")


def browser_unusable(why: str) -> str:
    return ended(why)


def address_of_several(number: int, count: int) -> str:
    return f"address {number} has {count} recipients: give each its own."


def no_time_zone(name: str) -> str:
    return f"{name} is not the name of a time zone, such as Europe/Lisbon."


def foreign_cursor() -> str:
    return "The cursor is not one that a listing gave out."


# --- not now --------------------------------------------------------------------------------------


def tested_just_now(name: str) -> str:
    return f"{name} was sent a test a moment ago. Wait for it, then try again."


def tested_often(name: str, count: int, minutes: int, seconds: int) -> str:
    """name: of a contact; seconds: until it is allowed again."""
    return f"{name} was sent {_tests(count, minutes, seconds)}"


def tests_often(count: int, minutes: int, seconds: int) -> str:
    return f"You sent {_tests(count, minutes, seconds)}"


def _tests(count: int, minutes: int, seconds: int) -> str:
    return f"{count} test notices in the last {minutes} minutes. Try again in {seconds} seconds."


def not_written() -> str:
    return "The database does not take this now. It may still be saved: look before you repeat it."


def no_database() -> str:
    return "The database does not answer at the moment. Try again."


def passwords_wait() -> str:
    return "Too many passwords are being checked. Try again."


SENTENCES: Final = table(
    no_such_id, no_such, no_such_name, no_such_session, no_open_session, no_such_reading,
    no_such_protocol, register_first, exists_already, looks_alike, browser_of_another, user_exists,
    last_admin, device_deactivated, device_in_session, device_serves, device_serves_still,
    device_serves_another, session_closing, not_listed, not_one_of, each_one_of, moment_ahead,
    moment_long_ago, year_ahead, may_not_supervise, clock_not_real, site_not_served, id_of_service,
    same_password, passwords_differ, address_unusable, browser_unusable, address_of_several,
    no_time_zone, foreign_cursor, tested_just_now, tested_often, tests_often, not_written,
    no_database, passwords_wait,
)  # fmt: skip

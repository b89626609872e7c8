"""What leaves the house: the text of a notice, and nothing else.

A telephone's locked screen, a mail server and a chat provider read it. So there is a code for the
session, how urgent it is, whether it is about the patient or the equipment, since when, and a
link; never a name, a value, a vital sign, a medicine, or a reason. The type has no field for them.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from monitor.codecs.times import iso
from monitor.core.events import Kind, Mode, Priority

ABOUT: Final[Mapping[Kind, str]] = {
    "physiological": "about the patient",
    "technical": "about the equipment",
}
_GRAVITY: Final[Mapping[Priority, str]] = {"high": "failure", "medium": "warning", "low": "info"}


class Message(Struct, frozen=True, kw_only=True):
    """What one contact is told at one moment.

    id         the same whenever it is sent again
    session    the session's code (see `session_code`)
    priority, kind   of the most urgent alarm; alarms: how many there are
    since      epoch s; `since_text`: for people, with its time zone
    round      2 and more: told before, and nobody has acknowledged it
    """

    id: str
    purpose: Literal["alarm", "test"]
    mode: Mode
    session: str
    priority: Priority
    kind: Kind
    since: float
    since_text: str
    link: str
    alarms: int = 1
    round: int = 1


class Text(Struct, frozen=True):
    title: str
    body: str


def session_code(encounter_id: str) -> str:
    """Six signs by which people find a session on the page; it says nothing about anybody."""
    return encounter_id.removeprefix("e")[:6].upper()


def text(message: Message) -> Text:
    """For mail, SMS, push and chat."""
    mark = "" if message.mode == "real" else f"{message.mode.upper()}, nobody is in danger: "
    if message.purpose == "test":
        return Text(
            "Dosing Monitor: test notice",
            "This is a test. If you can read it, please confirm that it arrived:\n" + message.link,
        )
    title = f"{mark}{message.priority} alarm, session {message.session}"
    more = f" {message.alarms} alarms together." if message.alarms > 1 else ""
    again = f" Told before: this is notice {message.round}." if message.round > 1 else ""
    body = (
        f"{mark}{message.priority} priority, {ABOUT[message.kind]}, since "
        f"{message.since_text}.{more} Nobody has acknowledged it.{again}\nOpen it and take it:\n"
        f"{message.link}"
    )
    return Text(_capital(title), _capital(body))


def gravity(message: Message) -> str:
    """What Apprise calls a notice's type; channels turn it into a colour, a sign or an urgency."""
    return "info" if message.purpose == "test" else _GRAVITY[message.priority]


def payload(message: Message) -> bytes:
    """For a machine: what Apprise's JSON notices hold, and the same facts as fields."""
    words = text(message)
    body = {
        "version": "1.0",
        "title": words.title,
        "message": words.body,
        "attachments": [],
        "type": gravity(message),
        "id": message.id,
        "purpose": message.purpose,
        "mode": message.mode,
        "session": message.session,
        "priority": message.priority,
        "kind": message.kind,
        "since": iso(message.since),
        "alarms": message.alarms,
        "round": message.round,
        "link": message.link,
    }
    return msgspec.json.encode(body)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

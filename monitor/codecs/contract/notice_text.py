"""What leaves the house: the text of a notice, and nothing else.

A telephone's locked screen, a mail server and a chat provider read it. So there is a code for the
session, how urgent it is, whether it is about the patient or the equipment, since when, and a
link; never a name, a value, a vital sign, a medicine, or a reason. The type has no field for them.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from monitor.codecs.contract.standing import unanswered
from monitor.codecs.times import iso
from monitor.core.vocabulary.words import Kind, Mode, Priority

ABOUT: Final[Mapping[Kind, str]] = {
    "physiological": "about the patient",
    "technical": "about the equipment",
}
_GRAVITY: Final[Mapping[Priority, str]] = {"high": "failure", "medium": "warning", "low": "info"}


class Moved(Struct, frozen=True):
    """An alarm began at another priority. since, since_text: when it came to the present one, as
    in `Message`; onset_text: a time beside that one; began: None where no record says."""

    since: float
    since_text: str
    onset_text: str
    began: Priority | None


class Message(Struct, frozen=True, kw_only=True):
    """What one contact is told at one moment.

    id         the same whenever it is sent again
    session    the session's code (see `session_code`)
    priority, kind   of the most urgent alarm; alarms: how many there are
    since      its onset, epoch s; `since_text`: for people, with its time zone
    moved      its priority was another before
    round      2 and more: told before, and nobody has acknowledged it
    called     since when nobody has, for people; "": since it began
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
    moved: Moved | None = None
    called: str = ""


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
        f"{mark}{message.priority} priority, {ABOUT[message.kind]}, "
        f"{since(message.since_text, message.moved)}.{more} {unanswered(message.called)}{again}\n"
        f"Open it and take it:\n{message.link}"
    )
    return Text(_capital(title), _capital(body))


def since(text: str, moved: Moved | None) -> str:
    """ "since 07:04 (Europe/Lisbon), 23 November, began 06:57 as low". text: of its onset."""
    if moved is None:
        return f"since {text}"
    began = f" as {moved.began}" if moved.began else ""
    return f"since {moved.since_text}, began {moved.onset_text}{began}"


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
        "priority_since": iso(message.moved.since) if message.moved else iso(message.since),
        "began": message.moved.began if message.moved else message.priority,
    }
    return msgspec.json.encode(body)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

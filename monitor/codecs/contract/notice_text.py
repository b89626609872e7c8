"""The text of a notice: the only data that leaves the house.

It appears on a telephone's locked screen, and a mail server and a chat provider read it. So it
contains a code for the session, the priority, whether the alarm is about the patient or the
equipment, since when, and a link; never a name, a value, a vital sign, a medicine, or a reason. The
type has no field for them.
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
    """A change of an alarm's priority since it began.

    since, since_text: when it reached the present one, as in `Message`; onset_text: its onset,
    written beside that time; began: its first priority, None where no record has it.
    """

    since: float
    since_text: str
    onset_text: str
    began: Priority | None


class Message(Struct, frozen=True, kw_only=True):
    """The content of one notice to one contact.

    id         the same each time that it is sent
    session    the session's code (see `session_code`)
    priority, kind   of the most urgent alarm; alarms: how many there are
    since      its onset, epoch s; `since_text`: for people, with its time zone
    moved      its priority was another before
    round      2 and more: notified before, and no one has acknowledged the alarm
    called     since when no one has acknowledged it, for people; "": since it began
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
    """Return six characters by which people find a session on the page; they identify no person."""
    return encounter_id.removeprefix("e")[:6].upper()


def text(message: Message) -> Text:
    """Return the text for mail, SMS, push and chat."""
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
    """Return e.g. "since 07:04 (Europe/Lisbon), 23 November, began 06:57 as low".

    text: the alarm's onset
    """
    if moved is None:
        return f"since {text}"
    began = f" as {moved.began}" if moved.began else ""
    return f"since {moved.since_text}, began {moved.onset_text}{began}"


def gravity(message: Message) -> str:
    """Return Apprise's notification type; channels show it as a colour, an icon or an urgency."""
    return "info" if message.purpose == "test" else _GRAVITY[message.priority]


def payload(message: Message) -> bytes:
    """Return the JSON for a program: Apprise's JSON notice, and its facts as separate fields."""
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

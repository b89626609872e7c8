"""The text of a notice, exactly as it is sent out."""

import msgspec
import pytest

from monitor.codecs.contract.notice_text import Message, Moved, payload, text

ONCE = Message(
    id="m", purpose="alarm", mode="real", session="3F2A1C", priority="high", kind="physiological",
    since=1_795_419_420.0, since_text="06:57 (Europe/Lisbon), 23 November", link="https://x/n/t",
)  # fmt: skip
LATER = Moved(1_795_419_840.0, "07:04 (Europe/Lisbon), 23 November", "06:57", "low")

RISEN = (
    "since 07:04 (Europe/Lisbon), 23 November, began 06:57 as low. "
    "Nobody has acknowledged it since 07:04.\n"
)


@pytest.mark.parametrize(("message", "said"), [
    (ONCE, "since 06:57 (Europe/Lisbon), 23 November. Nobody has acknowledged it.\n"),
    (
        msgspec.structs.replace(ONCE, moved=LATER, called="07:04"),
        RISEN,
    ),
    (
        msgspec.structs.replace(ONCE, moved=msgspec.structs.replace(LATER, began=None)),
        "since 07:04 (Europe/Lisbon), 23 November, began 06:57. Nobody has acknowledged it.\n",
    ),
    (   # acknowledged, and still there after ten minutes
        msgspec.structs.replace(ONCE, called="07:14"),
        "since 06:57 (Europe/Lisbon), 23 November. Nobody has acknowledged it since 07:14.\n",
    ),
])  # fmt: skip
def test_since_when_stands_in_the_text(message: Message, said: str) -> None:
    body = text(message).body
    assert body.startswith("High priority, about the patient, ")
    assert said in body
    assert msgspec.json.decode(payload(message))["message"] == body


def test_a_machine_reads_the_same_as_fields() -> None:
    once = msgspec.json.decode(payload(ONCE))
    assert (once["since"], once["priority_since"], once["began"]) == (
        "2026-11-23T07:37:00.000Z", "2026-11-23T07:37:00.000Z", "high",
    )  # fmt: skip
    risen = msgspec.json.decode(payload(msgspec.structs.replace(ONCE, moved=LATER)))
    assert (risen["since"], risen["priority_since"], risen["began"]) == (
        "2026-11-23T07:37:00.000Z", "2026-11-23T07:44:00.000Z", "low",
    )  # fmt: skip

"""Events: their names in the journal, rows of older versions, and the priority that counts."""

from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import given

from monitor.core.vocabulary.events import Alarm, AlarmChanged, Blinded, Event, Judged, Retold
from monitor.core.vocabulary.reasons import NONE
from monitor.core.vocabulary.words import Presence, Priority
from tests.core.law import law
from tests.core.scripts import Script, inputs, play, scripts

# As in the first version that wrote each: with another name older journals could not be read.
NAMES: Final = {
    "judged", "rejudged", "measurement_failed", "clock_stepped", "number_reused", "user_taken",
    "duplicate", "alarm", "blinded", "retold", "episode", "phase", "dosed", "corrected",
    "limit_moved", "baseline_moved", "unwatched", "command", "notice", "closed",
}  # fmt: skip
READ: Final = msgspec.json.Decoder(Event)


def test_the_names_in_the_journal_are_those_of_older_versions() -> None:
    names = [kind.__struct_config__.tag for kind in get_args(Event)]
    assert set(names) == NAMES
    assert len(names) == len(NAMES)


@law(25)
@given(scripts)
def test_every_event_of_a_session_is_read_back_as_it_was_written(script: Script) -> None:
    for event in play(inputs(script)):
        raw = msgspec.json.encode(event)
        again = READ.decode(raw)
        assert type(again) is type(event)
        assert msgspec.json.encode(again) == raw


OLD_ALARM: Final = (
    '"alarm":{"id":"e-1-1","condition":"sbp_high","kind":"physiological","priority":"medium",'
    '"presence":"on","onset":1.0,"raised_at":2.0,"reason":"It says why."}'
)


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [("alarm", AlarmChanged, '"transition":"raised",'), ("blinded", Blinded, ""),
     ("retold", Retold, "")],
)  # fmt: skip
def test_an_alarm_of_an_older_version_has_its_sentence_and_does_not_know_the_rest(
    name: str, kind: type, more: str
) -> None:
    event = READ.decode(f'{{"type":"{name}","at":2.0,{more}{OLD_ALARM}}}')
    assert type(event) is kind
    assert isinstance(event, AlarmChanged | Blinded)
    alarm = event.alarm
    assert (alarm.reason, alarm.because, alarm.limit_source) == ("It says why.", NONE, NONE)
    assert (alarm.began, alarm.priority_since, alarm.called_at) == (None, None, None)
    assert alarm.gravity == "medium"  # though its worst was not recorded


def test_the_row_of_an_accepted_reading_leaves_its_reason_out() -> None:
    row: dict[str, Any] = {
        "at": 1.0, "vital": "hr", "value": 70.0, "effective": 1.0, "issued": 1.0,
        "measured": None, "device": "strap", "boot": "", "seq": 1, "source": "device",
        "state": "accepted", "key": "strap|1|hr",
    }  # fmt: skip
    raw = msgspec.json.encode(Judged(**row))
    assert b"because" not in raw
    assert READ.decode(raw) == Judged(**row)
    assert b"because" in msgspec.json.encode(Judged(**row, because=NONE))


def alarm(priority: Priority, worst: Priority, presence: Presence = "on") -> Alarm:
    return Alarm(
        id="e-1-1", condition="sbp_high", kind="physiological", priority=priority, worst=worst,
        presence=presence, onset=0.0, raised_at=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("priority", "worst", "counts"),
    [
        ("low", "low", "low"), ("low", "medium", "medium"), ("low", "high", "high"),
        ("medium", "high", "high"), ("high", "low", "high"), ("medium", "low", "medium"),
    ],
)  # fmt: skip
def test_an_alarm_that_eased_counts_no_less(
    priority: Priority, worst: Priority, counts: Priority
) -> None:
    assert alarm(priority, worst).gravity == counts


@pytest.mark.parametrize(
    ("presence", "waits"),
    [("off", False), ("on", True), ("latched", True), ("acknowledged", False)],
)
def test_an_alarm_waits_until_it_is_acknowledged_even_if_it_is_over(
    presence: Presence, waits: bool
) -> None:
    assert alarm("high", "high", presence).waits == waits

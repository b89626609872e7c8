"""Encode entries as journal rows, and decode them.

The rows are JSON text, so that a person can read them years later.

A row has a side. `input` rows carry one input and `at`, when it was applied; `event` rows carry
one event and `at`, when the decision fell due. A reading is by far the commonest entry, so an
observation and the verdicts that directly follow it share one row, side `reading`; RR intervals
that a verdict took over from the observation are written there once, with the observation. Over
all sides, the order of `n` is the order in which inputs and events happened.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType

from monitor.adapters.store.tables.entry import Dropped, Entry, Lost
from monitor.adapters.store.tables.store_errors import StoreError
from monitor.core.sentences.english import in_words
from monitor.core.vocabulary.events import Duplicate, Event, Judged
from monitor.core.vocabulary.inputs import Input, Observed
from monitor.core.vocabulary.vitals import PULSE

Side = Literal["input", "event", "reading", "record"]
DECIDING: Final[tuple[Side, ...]] = ("input", "event", "reading")
Line = tuple[float, Side, str, str]  # at, side, type, body


class JournalRow(Struct, frozen=True):
    """One row as stored. `n` counts from 1 within the encounter; `type` is the body's tag."""

    n: int
    at: float
    side: Side
    type: str
    body: str


class JournalStep(Struct, frozen=True):
    """One decoded row. An input comes before the events that it caused."""

    n: int
    at: float
    input: Input | None
    events: tuple[Event, ...]


class _Verdict(Judged, frozen=True, kw_only=True, tag="judged"):
    """A verdict as stored. rr: unset where it equals the observation's."""

    rr: tuple[float, ...] | UnsetType = UNSET  # type: ignore[assignment]

    def judged(self, came: Observed) -> Judged:
        about = msgspec.structs.asdict(self)
        if self.rr is UNSET:
            about["rr"] = came.observation.rr if self.vital == PULSE else ()
        return Judged(**about)


class _Reading(Struct, frozen=True):
    input: Observed
    events: tuple[_Verdict | Duplicate, ...]


def _tags(union: Any) -> dict[type, str]:
    return {member: str(member.__struct_config__.tag) for member in get_args(union)}


_TAGS: Final = _tags(Input) | _tags(Event)
_RECORDS: Final = {kind: str(kind.__struct_config__.tag) for kind in (Lost, Dropped)}
LOST: Final = _RECORDS[Lost]
_encode: Final = msgspec.json.Encoder().encode
_decode_input: Final = msgspec.json.Decoder[Input](Input).decode
_decode_event: Final = msgspec.json.Decoder[Event](Event).decode
_decode_reading: Final = msgspec.json.Decoder(_Reading).decode


def lines(entry: Entry) -> list[Line]:
    """Return the rows of one entry, in order. Raises msgspec's errors for non-Unicode text."""
    result: list[Line] = []
    events = entry.events
    taken = 0
    if type(entry.input) is Observed and (taken := _leading_verdicts(events)):
        verdicts = [in_words(event) for event in events[:taken]]
        if entry.input.observation.rr:
            verdicts = [_without_rr(event, entry.input) for event in verdicts]
        body = _encode({"input": entry.input, "events": verdicts})
        result.append((entry.at, "reading", "observed", body.decode()))
    elif entry.input is not None:
        kind = _TAGS[type(entry.input)]
        result.append((entry.at, "input", kind, _encode(entry.input).decode()))
    result.extend(
        (event.at, "event", _TAGS[type(event)], _encode(in_words(event)).decode())
        for event in events[taken:]
    )
    result.extend(
        (lost.at, "record", _RECORDS[type(lost)], _encode(lost).decode()) for lost in entry.lost
    )
    return result


def decode_journal_row(row: JournalRow) -> JournalStep:
    """Decode a row of a deciding side. Raises StoreError if this program writes no such body."""
    try:
        if row.side == "reading":
            reading = _decode_reading(row.body)
            came = reading.input
            events = (e.judged(came) if isinstance(e, _Verdict) else e for e in reading.events)
            return JournalStep(row.n, row.at, came, tuple(events))
        if row.side == "input":
            return JournalStep(row.n, row.at, _decode_input(row.body), ())
        return JournalStep(row.n, row.at, None, (_decode_event(row.body),))
    except msgspec.DecodeError as error:
        raise StoreError(
            f"Journal row {row.n} ({row.side} {row.type}) cannot be read: {error}"
        ) from None


def _leading_verdicts(events: Sequence[Event]) -> int:
    count = 0
    for event in events:
        if type(event) is not Judged and type(event) is not Duplicate:
            break
        count += 1
    return count


def _without_rr(event: Event, came: Observed) -> Event:
    if type(event) is Judged and event.vital == PULSE and event.rr == came.observation.rr:
        return msgspec.structs.replace(event, rr=UNSET)
    return event

"""Restore encounters after a restart: load the snapshot, replay the journal's tail in the core.

The record is authoritative. If the tail leads to other decisions today (another version of the
core), this is reported, and the record stays unchanged.
"""

from collections.abc import Sequence
from itertools import takewhile, zip_longest
from typing import Any, Final

import msgspec
import structlog
from msgspec import UNSET
from msgspec.structs import replace

from monitor.adapters.store import JournalStep, Store
from monitor.adapters.store.questions.encounters import (
    InterruptedSession,
    find_interrupted,
    open_encounters,
)
from monitor.core.encounter import Encounter
from monitor.core.encounter.replaying import Replay, outcome_of
from monitor.core.protocol.protocol import Protocol
from monitor.core.sentences.english import in_words, why_not
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Blinded,
    ClockStepped,
    Closed,
    Corrected,
    DoseRecorded,
    Duplicate,
    Event,
    Judged,
    MeasurementFailed,
    Notice,
    NumberReused,
    Rejudged,
    Unwatched,
)
from monitor.core.vocabulary.inputs import Close, Dose, Opened
from monitor.core.vocabulary.reasons import NONE
from monitor.core.vocabulary.refusals import Refused
from monitor.service.sessions.open_session import Session

_UNSAID: Final = {
    "began": None, "priority_since": None, "worst_since": None, "called_at": None,
    "because": NONE, "limit_source": NONE,
}  # fmt: skip
_UNSAID_OF: Final[dict[type, dict[str, Any]]] = {
    Judged: {"because": UNSET},
    Rejudged: {"because": None},
    MeasurementFailed: {"because": None},
    ClockStepped: {"because": NONE},
    NumberReused: {"because": NONE},
    DoseRecorded: {"unmet_because": ()},
    Closed: {"unmet_because": ()},
    Corrected: {"follows_because": NONE},
    Unwatched: {"because": NONE},
    Notice: {"began": None, "priority_since": None, "called_at": None, "because": NONE},
}

log = structlog.get_logger(__name__)


class UnreadableSession(Exception):
    """An open encounter cannot be rebuilt from what is on disk."""


async def interrupted(store: Store) -> list[InterruptedSession]:
    """Return all open sessions with the data that `rebuild` needs."""
    return await store.read(open_encounters, Encounter.reads)


async def interrupted_session(store: Store, encounter_id: str) -> InterruptedSession | None:
    """The same of one session, open or closed; None: there is no such session."""
    return await store.read(find_interrupted, encounter_id, Encounter.reads)


def rebuild(left: InterruptedSession, sites: dict[str, str]) -> Session:
    """Return the running session, restored. Raises UnreadableSession."""
    encounter, recorded, decided = _start(left)
    tail = left.tail if left.snapshot else left.tail[1:]
    recorded += [event for step in tail for event in step.events]
    replay = Replay(encounter, recorded)
    for place in range(len(tail)):
        decided += _again(replay, tail, place, left.record.id)
    _compare(left, recorded, decided)
    record = left.record
    return Session(
        encounter=encounter, patient=record.patient_id, label=record.patient_label,
        sites={d: sites[d] for d in encounter.state.devices.registered if d in sites},
        emergency=msgspec.json.decode(record.emergency) if record.emergency else {},
        snapshot_at=encounter.state.now,
    )  # fmt: skip


def _start(left: InterruptedSession) -> tuple[Encounter, list[Event], list[Event]]:
    if left.snapshot is not None:
        try:
            return Encounter.restore(left.snapshot), [], []
        except (ValueError, msgspec.DecodeError) as error:
            raise UnreadableSession(f"snapshot of {left.record.id}: {error}") from None
    first = left.tail[0] if left.tail else None
    if first is None or not isinstance(first.input, Opened):
        raise UnreadableSession(f"the journal of {left.record.id} does not begin with its opening")
    protocol = msgspec.json.decode(left.record.protocol, type=Protocol)
    encounter, events = Encounter.open(
        left.record.id, first.input.facts, protocol, first.at, first.input.by
    )
    return encounter, list(first.events), events


def _again(
    replay: Replay, tail: Sequence[JournalStep], place: int, encounter_id: str
) -> Sequence[Event]:
    """Replay one step: its input at its time, or the advance to a time at which events fell due.

    An input that is refused today did happen and is on the record, but its effect is lost. This is
    logged, not raised, because a session that does not come up would lose everything.
    """
    step = tail[place]
    if step.input is None:
        return replay.advance(step.at)
    try:
        return replay.apply(step.input, step.at, _outcome(tail, place))
    except Refused as refused:
        log.error(  # noqa: TRY400 - what refused it is told; where in the code tells nobody more
            "replay_refused", encounter=encounter_id, row=step.n,
            input=type(step.input).__name__, reason=why_not(refused),
        )  # fmt: skip
        return ()


def _outcome(tail: Sequence[JournalStep], place: int) -> DoseRecorded | Closed | None:
    """Return the recorded outcome of a dose or a close: its events follow until the next input."""
    if not isinstance(tail[place].input, (Dose, Close)):
        return None
    following = takewhile(lambda step: step.input is None, tail[place + 1 :])
    return outcome_of(event for step in following for event in step.events)


def _compare(left: InterruptedSession, recorded: list[Event], decided: list[Event]) -> None:
    then, today = ([e for e in of if not isinstance(e, Duplicate)] for of in (recorded, decided))
    for number, (one, other) in enumerate(zip_longest(then, today)):
        if one is None or other is None or _known(one) != _known(other):
            log.error(
                "journal_disagrees", encounter=left.record.id, rows=len(left.tail), place=number,
                recorded=_kind(one), decided=_kind(other),
            )  # fmt: skip
            return


def _kind(event: Event | None) -> str:
    return "nothing" if event is None else type(event).__name__


def _known(event: Event) -> bytes:
    """Return the event as it is compared: with numbers as they are on disk, and with its sentence.
    Fields that an older version did not write are left out: of an alarm they follow from its
    transitions, and from a reason follows its sentence."""
    event = in_words(event)
    if isinstance(event, (AlarmChanged, Blinded)):
        event = replace(event, alarm=replace(event.alarm, **_UNSAID))
    elif unsaid := _UNSAID_OF.get(type(event)):
        event = replace(event, **unsaid)
    return msgspec.json.encode(event)

"""Encounters as the last process left them: the snapshot, and the journal's tail through the core.

What is recorded is authoritative. A tail that decides otherwise today (another version of the core)
is reported, and the record stays as it is.
"""

from collections.abc import Sequence

import msgspec
import structlog

from monitor.adapters.store import Step, Store
from monitor.adapters.store.encounters import Interrupted, open_encounters
from monitor.core.encounter import Encounter
from monitor.core.events import Duplicate, Event, Opened
from monitor.core.protocol import Protocol
from monitor.service.session import Session

log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """An open encounter cannot be rebuilt from what is on disk."""


async def interrupted(store: Store) -> list[Interrupted]:
    return await store.read(open_encounters)


def rebuild(left: Interrupted, sites: dict[str, str]) -> Session:
    """The running session again. Raises Unreadable."""
    encounter, recorded, decided = _start(left)
    for step in left.tail if left.snapshot else left.tail[1:]:
        recorded += step.events
        decided += _again(encounter, step)
    if [_known(e) for e in recorded] != [_known(e) for e in decided]:
        log.error("journal_disagrees", encounter=left.record.id, rows=len(left.tail))
    record = left.record
    return Session(
        encounter=encounter, patient=record.patient_id, label=record.patient_label,
        sites={device: sites[device] for device in encounter.state.devices if device in sites},
        emergency=msgspec.json.decode(record.emergency) if record.emergency else {},
        snapshot_at=encounter.state.now,
    )  # fmt: skip


def _start(left: Interrupted) -> tuple[Encounter, list[Event], list[Event]]:
    if left.snapshot is not None:
        try:
            return Encounter.restore(left.snapshot), [], []
        except (ValueError, msgspec.DecodeError) as error:
            raise Unreadable(f"snapshot of {left.record.id}: {error}") from None
    first = left.tail[0] if left.tail else None
    if first is None or not isinstance(first.input, Opened):
        raise Unreadable(f"the journal of {left.record.id} does not begin with its opening")
    protocol = msgspec.json.decode(left.record.protocol, type=Protocol)
    encounter, events = Encounter.open(
        left.record.id, first.input.facts, protocol, first.at, first.input.by
    )
    return encounter, list(first.events), events


def _again(encounter: Encounter, step: Step) -> Sequence[Event]:
    """The same input at the same time, or the time passing at which something fell due."""
    if step.input is not None:
        return encounter.apply(step.input, step.at)
    return encounter.advance(step.at)


def _known(event: Event) -> bytes:
    """Equality as it is on disk: numbers written and read back."""
    return b"" if isinstance(event, Duplicate) else msgspec.json.encode(event)

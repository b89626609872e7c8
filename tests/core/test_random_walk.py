"""Laws that apply wherever a random walk over all inputs leads, whether or not they make sense.

The laws are those of `test_laws.py`, tried there on realistic sessions, and the needs of a service
that restarts, polls as often as it likes and keeps less in its journal than it received. Set HUNT
to try new walks.
"""

from collections.abc import Iterator
from typing import Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.encounter.replaying import Replay, outcome_of
from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import why_not
from monitor.core.vocabulary.events import AlarmChanged, Duplicate, Event
from monitor.core.vocabulary.inputs import Facts, Input
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import START
from tests.core.law import law
from tests.core.random_walk import FIELDS, ID, KINDS, MADE_UP, Played, Walk, facts, walks

LAW: Final = law(75)
HOURS: Final = 4 * 3600.0
# Before which input, and how far into the wait before it.
moments: Final = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from((0.0, 0.3, 0.7, 1.0))), max_size=30
)


class Row(msgspec.Struct):
    """Results of one input. due: events due before it; refused: the refusal, if it was refused."""

    at: float
    given: Input
    due: list[Event]
    events: list[Event]
    refused: Refused | None


def opened(about: Facts) -> Encounter:
    return Encounter.open(ID, about, PRESETS[about.protocol], START, "m.keller")[0]


def walked(encounter: Encounter, walk: Walk) -> Iterator[Row]:
    """Walk as the service does: report the events that fell due, then hand the input in."""
    played = Played(walk)
    for at, given_ in played.inputs():
        due = encounter.advance(at)
        events, refused = handed_in(encounter, given_, at)
        played.tell(due + events)
        yield Row(at, given_, due, events, refused)


def handed_in(encounter: Encounter, given_: Input, at: float) -> tuple[list[Event], Refused | None]:
    """Hand an input in. Only a refusal may be raised."""
    try:
        return encounter.apply(given_, at), None
    except Refused as refused:
        return [], refused


def _why(refused: Refused | None) -> str:
    return "" if refused is None else why_not(refused)


def as_written(events: list[Event]) -> list[bytes]:
    return [msgspec.json.encode(event) for event in events]


def test_every_kind_of_input_and_every_field_of_a_reading_is_walked() -> None:
    """A new input or field is walked from its first day, or this test reports that it is not."""
    assert set(MADE_UP) == set(KINDS)
    assert set(FIELDS) == set(Observation.__struct_fields__)


@LAW
@given(facts, walks)
def test_what_is_due_is_told_the_status_can_be_told_and_an_alarm_begins_once(
    about: Facts, walk: Walk
) -> None:
    encounter = opened(about)
    issued = 0
    ended: set[str] = set()
    for row in walked(encounter, walk):
        assert encounter.deadline is None or encounter.deadline >= row.at
        told = row.due + row.events + encounter.advance(row.at)
        assert encounter.deadline is None or encounter.deadline > row.at
        assert msgspec.json.encode(encounter.status(row.at))
        for change in told:
            if isinstance(change, AlarmChanged):
                number = int(change.alarm.id.rpartition("-")[2])
                assert change.alarm.id not in ended
                assert number <= issued or (number, change.transition) == (issued + 1, "raised")
                issued = max(issued, number)
                if change.alarm.presence == "off":
                    ended.add(change.alarm.id)
        ids = [alarm.id for alarm in encounter.state.alarms]
        assert len(set(ids)) == len(ids)
        assert not ended & set(ids)


@LAW
@given(facts, walks, st.sets(st.integers(0, 200)))
def test_a_session_that_is_restored_at_any_moment_goes_on_as_it_would_have(
    about: Facts, walk: Walk, restarts: set[int]
) -> None:
    encounter, twin = opened(about), opened(about)
    for n, row in enumerate(walked(encounter, walk)):
        if n in restarts:
            twin = Encounter.restore(twin.snapshot())
        due = twin.advance(row.at)
        events, refused = handed_in(twin, row.given, row.at)
        assert (as_written(due), as_written(events)) == (
            as_written(row.due),
            as_written(row.events),
        )
        assert (twin.deadline, _why(refused)) == (encounter.deadline, _why(row.refused))
    assert twin.snapshot() == encounter.snapshot()


@LAW
@given(facts, walks, moments)
def test_asking_at_any_moment_in_between_changes_nothing(
    about: Facts, walk: Walk, asks: list[tuple[int, float]]
) -> None:
    encounter, often = opened(about), opened(about)
    events, asked = list[Event](), list[Event]()
    before = START
    for n, row in enumerate(walked(encounter, walk)):
        events += row.due + row.events
        for _, part in sorted(ask for ask in asks if ask[0] == n):
            asked += often.advance(before + (row.at - before) * part)
        asked += handed_in(often, row.given, row.at)[0]
        before = row.at
    events += encounter.advance(before + HOURS)
    asked += often.advance(before + HOURS)
    assert as_written(asked) == as_written(events)
    assert often.snapshot() == encounter.snapshot()


@LAW
@given(facts, walks, st.integers(0, 200))
def test_what_the_journal_keeps_is_decided_again_from_any_snapshot(
    about: Facts, walk: Walk, since: int
) -> None:
    encounter = opened(about)
    left = Encounter.restore(encounter.snapshot())
    rows: list[Row] = []
    for n, row in enumerate(walked(encounter, walk)):
        rows.append(row)
        if n == since:
            left, rows = Encounter.restore(encounter.snapshot()), []
    end = encounter.state.now + HOURS
    recorded = [event for row in rows for event in row.due + row.events]
    recorded += encounter.advance(end)
    replay = Replay(left, recorded)
    decided: list[Event] = []
    for row in rows:
        if row.due:
            decided += replay.advance(row.at)
        if not row.refused and not _confirmed_only(row.events):
            kept = msgspec.json.decode(msgspec.json.encode(row.given), type=Input)
            decided += replay.apply(kept, row.at, outcome_of(row.events))
    decided += replay.advance(end)
    assert as_written(_new(decided)) == as_written(_new(recorded))


def _confirmed_only(events: list[Event]) -> bool:
    """Return whether this is only a repeat of a reading on the record, which is not kept."""
    return len(events) == 1 and isinstance(events[0], Duplicate) and not events[0].noted


def _new(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Duplicate)]

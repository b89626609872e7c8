"""A journal row gives back what went into it, for everything that can go into it."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.adapters.store import Entry, JournalRow, Step, StoreError, decode_journal_row
from monitor.adapters.store.journal import lines
from monitor.core import events, vitals
from monitor.core.events import Event, Input
from tests.adapters.store.sessions import alarm, judged, reading

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
# Beyond 64 bits, JSON as msgspec reads it has no whole numbers.
st.register_type_strategy(int, st.integers(-(2**63), 2**63))


def _built(kind: type[Struct]) -> st.SearchStrategy[Struct]:
    return st.builds(kind, **{f.name: st.from_type(f.type) for f in msgspec.structs.fields(kind)})


for _module in (vitals, events):
    for _kind in vars(_module).values():
        if isinstance(_kind, type) and issubclass(_kind, Struct):
            st.register_type_strategy(_kind, _built)

inputs = st.none() | st.one_of([st.from_type(kind) for kind in get_args(Input)])
decisions = st.lists(st.one_of([st.from_type(kind) for kind in get_args(Event)]), max_size=4)


def through(entry: Entry) -> list[Step]:
    rows = [JournalRow(n, *line) for n, line in enumerate(lines(entry), 1)]
    return [decode_journal_row(row) for row in rows]


@given(st.floats(0, 2e9), inputs, decisions)
def test_every_input_and_event_comes_back_in_order(
    at: float, given_: Input | None, decided: list[Event]
) -> None:
    steps = through(Entry("e0", at, given_, decided))
    assert [step.input for step in steps if step.input] == ([given_] if given_ else [])
    assert [event for step in steps for event in step.events] == decided
    if given_ is not None:
        assert (steps[0].input, steps[0].at) == (given_, at)


def test_a_reading_shares_its_row_with_its_verdicts_and_with_nothing_else() -> None:
    first, second, raised = judged(1), judged(1, vital="sbp"), alarm(1, "raised", "on", at=5.0)
    entry = reading(1, verdicts=(first, second), more=(raised, judged(2)))

    sides = [(side, kind) for _, side, kind, _ in lines(entry)]

    assert sides == [("reading", "observed"), ("event", "alarm"), ("event", "judged")]
    steps = through(entry)
    assert steps[0].events == (first, second)
    assert (steps[1].events, steps[1].at) == ((raised,), 5.0)


@pytest.mark.parametrize("side", ["input", "event", "reading"])
def test_a_row_that_cannot_be_read_says_which_one(side: str) -> None:
    row = JournalRow(7, 1.0, side, "judged", '{"type":"judged","value":null}')  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=f"Journal row 7 .{side} judged. cannot be read"):
        decode_journal_row(row)
